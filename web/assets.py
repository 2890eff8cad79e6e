"""Static files, kept by browsers as long as their address names this version of them."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web import rendering

_FOREVER = "public, max-age=31536000, immutable"
_CHECKED = "public, no-cache"


class VersionedFiles(StaticFiles):
    """The folder `static`; an address without the version, or with another one, is asked for again each time.

    A font's name has its own version in it.
    """

    def __init__(self) -> None:
        super().__init__(directory=rendering.STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with its headers."""
        response = await super().get_response(path, scope)
        current = scope["query_string"] == f"v={rendering.environment().globals['version']}".encode()
        forever = current or path.endswith(".woff2")
        response.headers["Cache-Control"] = _FOREVER if forever else _CHECKED
        return response
