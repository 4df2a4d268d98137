"""Whether this browser wants pages to answer to single letters; kept in it, as it concerns its keyboard."""

from flask import has_request_context, request
from werkzeug.wrappers import Response

from community.infra import web

COOKIE = "keys"
_OFF = "off"


def are_on() -> bool:
    """Whether pages may answer to single letters; they do until somebody switches that off."""
    return not has_request_context() or request.cookies.get(COOKIE) != _OFF


def switch(answer: Response, *, on: bool) -> None:
    """Let the browser that gets this answer remember whether letters lead anywhere."""
    web.keep_in_browser(answer, COOKIE, "on" if on else _OFF)
