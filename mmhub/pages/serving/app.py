"""The application: the page, answers to what it asks, and media."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mmhub.errors import MmhubError
from mmhub.pages.serving.ranges import part_of
from mmhub.pages.template import page, policy

if TYPE_CHECKING:
    from mmhub.pages.serving.looking import Looking

_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"}
"""Media are shown and played, and never run: a picture that holds a script is a picture."""


def headers() -> Mapping[str, str]:
    """Return what every answer says to the browser."""
    return {
        "Content-Security-Policy": f"{policy(live=True)}; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def application(title: str, looking: "Callable[[], Looking]") -> Starlette:
    """Return the application that shows a version; ``looking`` may keep those who ask waiting, but not the page."""
    shown = page(title=title, payload=None)

    async def whole_page(request: Request) -> Response:
        return HTMLResponse(shown)

    def answer(request: Request) -> Response:
        try:
            return JSONResponse(looking().answer(request.path_params["question"], request.query_params))
        except (MmhubError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 404 if isinstance(error, MmhubError) else 400)

    def medium(request: Request) -> Response:
        return _shown(request, looking().medium(request.path_params["ref"]))

    def view(request: Request) -> Response:
        return _shown(request, looking().view(request.path_params["name"], request.path_params["ref"]))

    return Starlette(
        routes=[
            Route("/", whole_page),
            Route("/api/{question}", answer),
            Route("/media/{ref:path}", medium),
            Route("/preview/{name}/{ref:path}", view),
        ]
    )


def _shown(request: Request, found: tuple[str, memoryview] | None) -> Response:
    if found is None:
        return Response(status_code=404)
    response = part_of(request, found[1], found[0])
    response.headers.update(_SAFE)
    return response
