"""The application: the page, answers to what it asks, and media."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mmhub.errors import MmhubError
from mmhub.pages.originals import Ref, media_type
from mmhub.pages.serving.looking import Looking
from mmhub.pages.serving.ranges import part_of
from mmhub.pages.template import page, policy

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


def application(looking: Looking) -> Starlette:
    """Return the application that shows a version."""
    title = str(looking.opened.version)

    def whole_page(request: Request) -> Response:
        return HTMLResponse(page(title=title, payload=None))

    def answer(request: Request) -> Response:
        try:
            return JSONResponse(looking.answer(request.path_params["question"], request.query_params))
        except (MmhubError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 404 if isinstance(error, MmhubError) else 400)

    def medium(request: Request) -> Response:
        ref = Ref.parse(request.path_params["ref"])
        data = None if ref is None else looking.originals.find(ref)
        return _absent() if data is None else _shown(request, data, media_type(data))

    def view(request: Request) -> Response:
        ref = Ref.parse(request.path_params["ref"])
        made = None if ref is None else looking.preview(ref)
        found = made.views.get(request.path_params["name"]) if made else None
        return _absent() if found is None else _shown(request, memoryview(found[1]), found[0])

    return Starlette(
        routes=[
            Route("/", whole_page),
            Route("/api/{question}", answer),
            Route("/media/{ref:path}", medium),
            Route("/preview/{name}/{ref:path}", view),
        ]
    )


def _shown(request: Request, data: memoryview, kind: str) -> Response:
    response = part_of(request, data, kind)
    response.headers.update(_SAFE)
    return response


def _absent() -> Response:
    return Response(status_code=404)
