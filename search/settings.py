"""Settings: environment variables `BAYAN_*`, or the same names in a file `.env` of the working directory."""

import difflib
import logging
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from search.errors import SettingsError

PREFIX = "BAYAN_"


def _home(variable: str, fallback: str) -> Path:
    root = os.environ.get(variable)
    return (Path(root) if root else Path.home() / fallback) / "bayan"


class Settings(BaseSettings):
    """What an operator can set. docs/settings.md has the same list as a table; a test keeps the two together."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    engine: Literal["local"] = Field("local", description="The search engine: `local` needs nothing else to run.")
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
