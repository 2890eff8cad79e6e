"""Everything that can go wrong and that a person should read.

    BayanError                    exit 3, HTTP 503
    ├── UsageError                exit 2, HTTP 400: the caller can mend it
    │   ├── SettingsError
    │   ├── QueryError            the query cannot be read
    │   ├── PageError             HTTP 404: a page beyond the end
    │   ├── InputError            a file or folder that cannot be read at all
    │   ├── NotFoundError         HTTP 404: no such release
    │   └── RateLimitError        HTTP 429: a client that asks too often
    ├── ModelError                the embedding model cannot be loaded
    └── IndexUnavailableError     the index cannot serve or be written
        ├── UnreachableError      no server that can be used: none, another version, wrong key
        ├── NoIndexError          nothing has been indexed yet
        ├── FingerprintError      built by another model, analyzer or passage rule
        ├── LockedError           another process is writing
        ├── StorageError          disk full, read-only, damaged
        └── VerificationError     a new generation failed its checks; the old one serves on

`str(error)` is one or two sentences: what happened, where, and what to do. Those that a reader of the web front end can
cause are given as a text with named places, `"There is no release {id}."`, and the values for them: the front end has
the same text in other languages.
"""


def translatable(text: str) -> str:
    """Return the text: it marks for the extractor what stands in the front end's catalogues."""
    return text


class BayanError(Exception):
    """The root. `status` is the HTTP status and `exit_code` the process's.

    `values` are put into the braces of `sentence`, whole numbers with their thousands apart; without values, braces are
    braces.
    """

    status = 503
    exit_code = 3
    title = translatable("Bayan cannot do this now")

    def __init__(self, sentence: str, **values: object) -> None:
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        super().__init__(sentence.format(**shown) if values else sentence)
        self.sentence = sentence
        self.values = values


class UsageError(BayanError):
    """The request itself is at fault."""

    status = 400
    exit_code = 2
    title = translatable("The request cannot be understood")


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""

    title = translatable("A setting is wrong")


class QueryError(UsageError):
    """The query's syntax or size is at fault."""

    title = translatable("The query cannot be read")


class PageError(UsageError):
    """The page asked for lies beyond the last result."""

    status = 404
    title = translatable("No such page")


class InputError(UsageError):
    """Something given to be read cannot be. `rule` is one word for the rule that refused it: docs/reading.md lists them."""

    title = translatable("The input cannot be read")

    def __init__(self, sentence: str, rule: str = "release", **values: object) -> None:
        super().__init__(sentence, **values)
        self.rule = rule


class NotFoundError(UsageError):
    """No release has this id."""

    status = 404
    title = translatable("No such release")


class RateLimitError(UsageError):
    """One client asks more often than it may. `wait` is in how many seconds it may ask again."""

    status = 429
    title = translatable("Too many requests")

    def __init__(self, sentence: str, wait: int) -> None:
        super().__init__(sentence, n=wait)
        self.wait = wait


class ModelError(BayanError):
    """The embedding model is missing or cannot be loaded."""

    title = translatable("The embedding model cannot be loaded")


class IndexUnavailableError(BayanError):
    """The index cannot serve or cannot be written."""

    title = translatable("The index cannot serve")


class UnreachableError(IndexUnavailableError):
    """There is no server that can be used: none answers, it is of another version, or it refuses the credentials."""

    title = translatable("Elasticsearch cannot be used")


class NoIndexError(IndexUnavailableError):
    """Nothing has been indexed yet."""


class FingerprintError(IndexUnavailableError):
    """The index was built with another model, analyzer or passage rule."""


class LockedError(IndexUnavailableError):
    """Another process is writing to the index."""

    status = 409


class StorageError(IndexUnavailableError):
    """The data folder or the cluster is full, read-only or damaged."""

    title = translatable("The index cannot be read or written")


class VerificationError(IndexUnavailableError):
    """A new generation failed its checks and was removed."""
