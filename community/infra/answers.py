"""Turns what went wrong into one kind of page (or line of text for scripts), in the person's language."""

import errno
import logging

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, security, web
from community.infra.db import let_go
from community.infra.errors import Refusal, TooMany, Unavailable

logger = logging.getLogger(__name__)

# Seconds until it is worth another try when something does not answer.
SOON = "5"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def init_app(app: Flask) -> None:
    """Answer every error once, here."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(HTTPException, _http)
    for error in (OperationalError, InterfaceError, PendingRollbackError, NoConnection):
        app.register_error_handler(error, _database_away)
    app.register_error_handler(OSError, _no_room)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    response = _page(refusal.status, str(refusal.message or ""))
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    elif isinstance(refusal, Unavailable):
        response.headers["Retry-After"] = SOON
    return response


def _forged(_error: CSRFError) -> Response | BaseResponse:
    # Mostly somebody who has signed out elsewhere since; what another site sent is not kept.
    led = web.lead_to_unsent() if security.is_from_here() else None
    return led or _page(400, _("This page was open for too long. Go back, reload it and send it again."))


def _strange_host(_error: SecurityError) -> Response:
    # Without a host that is ours no address can be built, so there can be no page around this line.
    return Response(_("This site does not answer to that name."), status=400, mimetype="text/plain")


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    # A 500 comes here when not even the page of an error could be made.
    response = _page(error.code, "", is_bare=error.code >= 500)
    if error.code == 429:
        response.headers["Retry-After"] = str(limits.seconds_to_wait())
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "allow"):
            response.headers[name] = value
    return response


def _database_away(error: SQLAlchemyError) -> Response:
    logger.error("the database does not answer: %s", error.args[0] if error.args else error)
    let_go()
    response = _page(503, "", is_bare=True)
    response.headers["Retry-After"] = SOON
    return response


def _no_room(error: OSError) -> Response:
    if error.errno not in _FULL:
        return _unexpected(error)
    logger.error("there is no room on the disk at %s: %s", request.endpoint, error.strerror)
    let_go()
    response = _page(503, "", is_bare=True)
    response.headers["Retry-After"] = SOON
    return response


def _unexpected(error: Exception) -> Response:
    logger.error("an unexpected error at %s", request.endpoint, exc_info=error)
    let_go()
    return _page(500, "", is_bare=True)


def _page(status: int, message: str, *, is_bare: bool = False) -> Response:
    if is_bare:
        # Before its words are chosen, which are in the language of whoever is signed in.
        web.ask_nobody()
    title, explanation = _words(status)
    if web.wants_fragment():
        return Response(message or explanation, status=status, mimetype="text/plain")
    return web.page(
        "errors/error.html", status=status, code=status, title=title, message=message or explanation
    )


def _words(status: int) -> tuple[str, str]:
    match status:
        case 400:
            return _("We could not read that"), _("Something in the request was not as it should be.")
        case 403:
            return _("Not for you to open"), _("You are signed in, but this page or action is for others.")
        case 404:
            return _("Nothing here"), _("The page does not exist, or it is not open to you.")
        case 405:
            return _("Not this way"), _("This address cannot be used like that.")
        case 409:
            return _("It has changed meanwhile"), _(
                "Somebody else was quicker. Reload the page and look again."
            )
        case 413:
            return _("Too large"), _(
                "That is more than we can take at once. Pictures may be up to 5 MB each."
            )
        case 422:
            return _("That did not work"), _("Something in the form was not as it should be.")
        case 429:
            return _("A little slower, please"), _("That was a lot at once. Wait a minute and try again.")
        case 503:
            return _("Back in a moment"), _(
                "The site is busy or being looked after. Please try again shortly."
            )
        case _:
            return _("Something went wrong"), _("It was our fault, not yours. We have written it down.")
