"""Blueprints that check who may enter, and the small answers all views share."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from community.infra import kept, unsent
from community.infra.db import MAX_ID

_YEAR = 365 * 24 * 60 * 60


class PublicBlueprint(Blueprint):
    """Pages that anybody may open; what they show still depends on the viewer."""

    access = "public"


View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Open one page of a member blueprint to everybody; what it shows still depends on the viewer."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


class MemberBlueprint(Blueprint):
    """Pages for signed-in members, except those marked `@public`; others are sent to sign in."""

    access = "member"

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.before_request(self._check)

    def _check(self) -> BaseResponse | None:
        view = current_app.view_functions[request.endpoint or ""]
        if getattr(view, "access", "") == "public" or viewer() is not None:
            return None
        return to_sign_in()


class StaffBlueprint(Blueprint):
    """Pages for staff who hold one of the roles, on the site or on a panel; 403 for other members."""

    access = "staff"

    def __init__(self, name: str, import_name: str, *, roles: tuple[str, ...], **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.roles = roles
        self.before_request(self._check)

    def _check(self) -> BaseResponse | None:
        member = viewer()
        if member is None:
            return to_sign_in()
        if not member.holds_any_role(self.roles):
            abort(403)
        return None


class IdConverter(IntegerConverter):
    """A number in an address; one that no database column can hold leads nowhere."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, max: int = MAX_ID) -> None:  # noqa: A002
        super().__init__(url_map, fixed_digits=fixed_digits, max=max)


def viewer() -> Any:
    """The signed-in member of this request, or None; only views may ask."""
    # Mails are written outside of requests, where nobody is signed in; so is nobody who brings no cookie.
    if not has_request_context():
        return None
    # Found out once: Flask-Login's way there is long, and a page asks often.
    member = g._get_current_object().get("_login_user")
    if member is None:
        if not request.cookies:
            return None
        member = current_user._get_current_object()
    return member if member.is_authenticated else None


def ask_nobody() -> None:
    """Take this request for a visitor's from here on: what failed may be what knows the members."""
    g.is_bare, g._login_user = True, AnonymousUserMixin()


def to_sign_in() -> BaseResponse:
    """Send a visitor to sign in and back to where they were, or to what they wrote there."""
    return lead_to_unsent() or see_other("members.sign_in", next=_here())


def lead_to_unsent() -> BaseResponse | None:
    """Keep what came with this request for whoever wrote it, and lead there by way of signing in."""
    member = viewer()
    if wants_fragment():
        return None
    path = unsent.keep(viewer_id=member.id if member is not None else None)
    if path is None:
        return None
    if member is None:
        say(_("You have been signed out. What you wrote is kept: sign in, and it is filled in again."))
        return see_other("members.sign_in", next=path)
    return redirect(path, code=303)


def see_other(endpoint: str, **values: Any) -> BaseResponse:
    """After a change: 303 to the page that shows the result."""
    return redirect(url_for(endpoint, **values), code=303)


def back_to(target: str | None, endpoint: str, **values: Any) -> BaseResponse:
    """303 to the path the form named if it is one of this site, else to the endpoint."""
    return redirect(safe_path(target) or url_for(endpoint, **values), code=303)


def safe_path(target: str | None) -> str | None:
    """The target if it is a path of this site, so that nobody is sent elsewhere; else None."""
    if not target or not target.startswith("/") or target[:2] in ("//", "/\\"):
        return None
    # Browsers drop control characters and read backslashes as slashes before they follow a link.
    if "\\" in target or any(ord(character) < 33 or ord(character) == 127 for character in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None


def came_from_page(endpoints: Collection[str]) -> str | None:
    """The address of the page of this site that this request was sent from, if it is one of these."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host or safe_path(referrer.path) is None:
        return None
    addresses: Any = current_app.create_url_adapter(request)
    try:
        endpoint, _values = addresses.match(referrer.path, method="GET")
    except HTTPException:
        return None
    # Without what stands behind "#", which browsers leave out too.
    path = f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path
    return safe_path(path) if endpoint in endpoints else None


def argument(name: str) -> str:
    """One argument of the address, or an empty text."""
    return unsent.arguments().get(name, "")


def argument_id(name: str) -> int | None:
    """The number of a row in the address; None if it is none, or none that a database column can hold."""
    number = unsent.arguments().get(name, type=int)
    return number if number is not None and 0 < number <= MAX_ID else None


def say(message: object) -> None:
    """Tell the person on the next page that what they asked for was done."""
    flash(str(message), "done")


def keep_in_browser(answer: BaseResponse, name: str, value: str) -> None:
    """Let the browser that gets this answer remember a choice for a year."""
    answer.set_cookie(
        name,
        value,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["BASE_URL"].startswith("https:"),
    )


def wants_fragment() -> bool:
    """Whether the page's script asked for only the changed part of the page."""
    return request.headers.get("X-Fragment") == "1"


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A rendered template as an answer."""
    return Response(kept.fill_in(render_template(template, **values)), status=status, mimetype="text/html")


def _here() -> str:
    if request.method != "GET":
        return safe_path(urlsplit(request.referrer or "").path) or "/"
    return request.full_path.rstrip("?")
