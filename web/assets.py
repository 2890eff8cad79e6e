"""Static files, kept by browsers as long as their address names this version of them."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import rcssmin
import rjsmin
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web import rendering

_FOREVER = "public, max-age=31536000, immutable"
_CHECKED = "public, no-cache"
_SHORTEN: Mapping[str, Callable[[str], str]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}


class VersionedFiles(StaticFiles):
    """The folder `static`; an address without the version, or with another one, is asked for again each time.

    A font's name has its own version in it. Style sheets and scripts are given without comments and blanks.
    """

    def __init__(self) -> None:
        super().__init__(directory=rendering.STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with its headers."""
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and Path(path).suffix in _SHORTEN:
            kept = {name: response.headers[name] for name in ("etag", "last-modified")}
            response = Response(_shortened(Path(response.path)), media_type=response.media_type, headers=kept)
        current = scope["query_string"] == f"v={rendering.environment().globals['version']}".encode()
        response.headers["Cache-Control"] = _FOREVER if current or path.endswith(".woff2") else _CHECKED
        return response


@cache
def _shortened(path: Path) -> bytes:
    return _SHORTEN[path.suffix](path.read_text("utf-8")).encode()
