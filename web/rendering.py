"""What a reader sees."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


def root(request: Request) -> str:
    """Return the path under which the application is mounted, without a slash at the end."""
    return str(request.scope.get("root_path", ""))


def error_page(_request: Request, status: int, title: str, detail: str) -> Response:
    """Say what went wrong."""
    return PlainTextResponse(f"{title}\n{detail}", status)
