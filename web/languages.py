"""The names of the languages that releases are in, for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language's English name and its own."""

    name: str
    native: str


SPOKEN = {
    "ar": Language("Arabic", "العربية"),
    "fa": Language("Persian", "فارسی"),
    "en": Language("English", "English"),
    "ru": Language("Russian", "русский"),
    "fr": Language("French", "français"),
    "es": Language("Spanish", "español"),
}
"""The languages that have an analyzer, and that the interface speaks, in the order in which they are shown."""

LANGUAGES = SPOKEN | {"und": Language("Other languages", "Other languages")}
"""Every language that a release can be filed under; a test compares them with the analyzers'."""
