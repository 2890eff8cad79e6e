"""The application: the API, the pages and the static files around one service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import search.settings
from search.settings import Settings
from web import api, exports, feeds, opensearch, pages, problems, reference, releases, stories
from web.assets import VersionedFiles
from web.limits import Limits
from web.security import SecurityHeaders
from web.service import Service

_DESCRIPTION = "Cross-lingual search in press releases in Arabic, Persian, English, Russian, French and Spanish."


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; without `settings`, as the environment says.

    Raises `SettingsError`. It starts without an index or a model, and says in /readyz what is missing.
    """
    settings = settings or search.settings.load()
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        try:
            yield
        finally:
            service.close()

    app = FastAPI(title="Bayan", summary=_DESCRIPTION, version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = service
    app.state.settings = settings
    app.state.limits = Limits(settings.rate_limit)
    app.add_middleware(SecurityHeaders)
    problems.install(app)
    app.include_router(api.router)
    app.include_router(exports.router)
    app.include_router(feeds.router)
    app.include_router(opensearch.router)
    app.include_router(pages.router)
    app.include_router(releases.router)
    app.include_router(stories.router)
    app.mount("/static", VersionedFiles())
    document = reference.document(app)
    app.openapi = lambda: document  # type: ignore[method-assign] # FastAPI's own way to say another document
    return app
