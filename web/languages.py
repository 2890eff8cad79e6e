"""The six languages that the interface speaks and that releases have an analyzer of their own for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language's English name and its own."""

    name: str
    native: str


LANGUAGES = {
    "ar": Language("Arabic", "العربية"),
    "fa": Language("Persian", "فارسی"),
    "en": Language("English", "English"),
    "ru": Language("Russian", "русский"),
    "fr": Language("French", "français"),
    "es": Language("Spanish", "español"),
}
"""In the order in which they are shown; a test compares them with the analyzers'."""
