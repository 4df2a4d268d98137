"""What was written while its writer's session ended: kept for them alone, filled in when they are back."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from community.infra import security
from community.infra.errors import NotFound

# Above every form that is filled in again.
NOT_SENT = _l("You had been signed out, so this has not been sent yet. Look at it once more and send it.")
# In bytes; far more than the longest text that any form takes.
MOST = 100_000
# Of a form's own machinery, not of what was written.
_NOT_KEPT = frozenset(("csrf_token",))

View = TypeVar("View", bound=Callable[..., Any])
# Keeps what a member wrote to a path, and returns the secret under which they find it.
Keeper = Callable[..., str]


def keeps_text(view: View) -> View:
    """What is sent to this view is too long to be written twice.

    Such a view reads what was sent by a form of ours alone (or asks `words` itself), and does nothing unless
    `was_sent` says so: it is also called to write its page with what is filled in again.
    """
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def use_keeper(app: Flask, keeper: Keeper) -> None:
    """Tell the app who keeps such texts."""
    app.extensions["keeper_of_unsent"] = keeper


def keep(*, viewer_id: int | None) -> str | None:
    """Keep what this request brought if it is worth it, and return the path at which its writer finds it.

    Its writer is whose page the form was on: nobody else who signs in at that browser gets to see it.
    """
    if request.method != "POST" or not _is_kept(request.endpoint):
        return None
    writer_id = security.whose_form()
    words = {name: values for name, values in request.form.lists() if name not in _NOT_KEPT}
    size = sum(len(value.encode()) for values in words.values() for value in values)
    if writer_id is None or viewer_id not in (None, writer_id) or not size or size > MOST:
        return None
    keeper: Keeper = current_app.extensions["keeper_of_unsent"]
    secret = keeper(writer_id, path=request.full_path.rstrip("?"), words=words)
    return url_for("members.unsent", secret=secret)


def words() -> MultiDict[str, str] | None:
    """What this request's form is filled in with though it was not sent; None for all other requests."""
    found: MultiDict[str, str] | None = g.get("unsent")
    return found


def arguments() -> MultiDict[str, str]:
    """The arguments of the address to which this request's form belongs."""
    found: MultiDict[str, str] = g.get("unsent_arguments", request.args)
    return found


def opens_anew() -> bool:
    """Whether the page is just opened: nothing was sent to it, and nothing is filled in again."""
    return request.method == "GET" and words() is None


def fill_in(path: str, kept: dict[str, list[str]]) -> BaseResponse:
    """The page of the view to which this was to be sent, with its form filled in; nothing is done by it."""
    addresses: Any = current_app.create_url_adapter(request)
    address = urlsplit(path)
    try:
        endpoint, values = addresses.match(address.path, method="POST")
    except HTTPException:
        raise NotFound() from None
    if not _is_kept(endpoint):
        raise NotFound()
    g.unsent = ImmutableMultiDict([(name, value) for name, each in kept.items() for value in each])
    g.unsent_arguments = ImmutableMultiDict(parse_qsl(address.query, keep_blank_values=True))
    # Whoever may not enter any more is told so, as if they had come by themselves.
    for check in current_app.before_request_funcs.get(endpoint.rpartition(".")[0], ()):
        refused = current_app.ensure_sync(check)()
        if refused is not None:
            return current_app.make_response(refused)
    answer = current_app.make_response(
        current_app.ensure_sync(current_app.view_functions[endpoint])(**values)
    )
    if answer.status_code in (409, 422):
        # Nothing was refused: nothing was sent.
        answer.status_code = 200
    return answer


def _is_kept(endpoint: str | None) -> bool:
    return bool(getattr(current_app.view_functions.get(endpoint or ""), "keeps_text", False))
