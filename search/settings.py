"""Settings: environment variables `BAYAN_*`, or the same names in a file `.env` of the working directory."""

import difflib
import logging
import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from search.errors import SettingsError

PREFIX = "BAYAN_"

EngineName = Literal["local", "elasticsearch"]


def _home(variable: str, fallback: str) -> Path:
    root = os.environ.get(variable)
    return (Path(root) if root else Path.home() / fallback) / "bayan"


class Settings(BaseSettings):
    """What an operator can set. docs/settings.md has the same list as a table; a test keeps the two together."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, regex_engine="python-re"
    )

    engine: EngineName = Field(
        "local", description="The search engine: `local` needs nothing else to run, `elasticsearch` a cluster."
    )
    data: Path = Field(
        default_factory=lambda: _home("XDG_DATA_HOME", ".local/share"),
        description="The folder that holds the index.",
    )
    cache: Path = Field(
        default_factory=lambda: _home("XDG_CACHE_HOME", ".cache"),
        description="The folder for what can be made again: the unpacked model, vectors of evaluation runs.",
    )
    model: str | None = Field(
        None, description="A sentence-transformers folder or cached model name, instead of the built-in model."
    )

    centring: float = Field(
        1.0, ge=0, le=1, description="How much of each language's mean is taken from its vectors; 0.75 to 1 are good."
    )

    lexicon: Path | None = Field(
        None, description="A lexicon of your own, which is read over the one that comes along."
    )

    contact: str | None = Field(
        None,
        pattern=r"^[\x20-\x7e]{1,200}$",
        description="A mail or web address at which sites that `bayan fetch` reads from reach you; part of the user agent.",
    )

    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="The address under which readers reach the page, for feeds and exports; else as each request says.",
    )
    proxies: str = Field(
        "",
        description="The addresses of reverse proxies whose word on who asks is taken, parted by commas; none by default.",
    )
    rate_limit: str = Field(
        "120/minute",
        description="How often one client may search, as `120/minute`; suggestions may be asked for ten times as often. Empty: without limit.",
    )

    elasticsearch_url: str = Field(
        "http://127.0.0.1:9200", description="Where the cluster answers: one address or several, parted by commas."
    )
    elasticsearch_api_key: SecretStr | None = Field(
        None, description="The API key to use, encoded as the cluster gave it."
    )
    elasticsearch_username: str | None = Field(None, description="Who asks, where there is no API key.")
    elasticsearch_password: SecretStr | None = Field(None, description="The password of that user.")
    elasticsearch_ca_certs: Path | None = Field(
        None, description="The certificates of authorities that sign the cluster's, if the system does not know them."
    )
    elasticsearch_shards: int = Field(1, ge=1, le=64, description="Shards of the index of each language.")
    elasticsearch_replicas: int = Field(
        1, ge=0, le=5, description="Copies of each shard on other nodes, as far as there are other nodes."
    )
    index_prefix: str = Field(
        "bayan",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,60}(?<!-catalog)(?<!-previous)$",
        description="What the names of all indices and aliases in the cluster begin with.",
    )

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: dict[str, object]) -> dict[str, object]:
        # What is left empty, as compose files do, counts as not given; only a limit can be empty on purpose.
        return {name: value for name, value in given.items() if value != "" or name == "rate_limit"}

    @field_validator("elasticsearch_url")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for url in filter(None, map(str.strip, value.split(","))):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{url!r} is no address like http://127.0.0.1:9200")
        if not value.strip(", "):
            raise ValueError("name at least one address like http://127.0.0.1:9200")
        return value

    @field_validator("rate_limit")
    @classmethod
    def _limit(cls, value: str) -> str:
        if value and not re.fullmatch(r"[1-9]\d{0,8}/(second|minute|hour|day)", value):
            raise ValueError(f"{value!r} is no limit like 120/minute")
        return value

    @field_validator("data", "cache")
    @classmethod
    def _expanded(cls, path: Path) -> Path:
        return path.expanduser()


def load() -> Settings:
    """Read the settings once, at start.

    Raises `SettingsError` naming every variable that cannot be used. A variable that only resembles a setting is
    warned about, since a misspelt name would otherwise be ignored in silence.
    """
    names = {PREFIX + name.upper() for name in Settings.model_fields}
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in names:
            close = difflib.get_close_matches(variable, names, n=1, cutoff=0.85)
            if close:
                logging.getLogger("bayan").warning("%s is not a setting of Bayan; did you mean %s?", variable, close[0])
    try:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError("The file .env in this folder is not UTF-8: save it as UTF-8.") from None
    except ValidationError as error:
        said = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Settings that cannot be used: {said}. docs/settings.md lists them all.") from None
