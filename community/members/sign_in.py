"""Who this request comes from: the session behind the cookie, how a browser gets one, and by whom it came."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request, session
from flask_login import LoginManager, decode_cookie, encode_cookie, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, keys, security, web
from community.members import actions, queries
from community.members.actions import FirstStep
from community.members.models import Member, MemberSession
from community.members.outsiders import Outsider
from community.members.provider import Question


class Manager(LoginManager):
    """Flask-Login, which knows of one secret only."""

    def _load_user_from_remember_cookie(self, cookie: str) -> Member | None:
        newest, *former = reversed(keys.all_secrets())
        if not decode_cookie(cookie, key=newest):
            token = next(filter(None, (decode_cookie(cookie, key=each) for each in former)), None)
            if token is None:
                return None
            cookie = encode_cookie(token, key=newest)
            # The browser gets it anew, before the secret that signed its own is forgotten.
            session["_remember"] = "set"
            session["_remember_seconds"] = int(queries.REMEMBERED_FOR.total_seconds())
        found: Member | None = super()._load_user_from_remember_cookie(cookie)
        return found

    def _session_protection_failed(self) -> bool:
        # It is off (see init_app), and the browser would be hashed on every page all the same.
        return False


login_manager = Manager()

# Who came by a friend's link and has not joined by then counts as having come alone.
WAY_KEPT_FOR = timedelta(days=7)
_WAY = "came_by"
# A cookie that says that somebody has signed in with this browser, not who.
BEEN_HERE = "been-here"
# As long as the draft of an idea is kept.
DRAFT_KEPT_FOR = timedelta(days=1)
_DRAFT = "draft"
_ALONG = "community.asked_along"
# What a browser carries between two pages of signing in, signed like all of its cookie.
HALF_WAY_FOR = timedelta(minutes=10)
_FIRST_STEP, _CHALLENGE, _QUESTION, _OUTSIDER = "first_step", "challenge", "question", "outsider"
_CODES = "recovery_codes"
_BETWEEN = (_FIRST_STEP, _CHALLENGE, _QUESTION, _OUTSIDER, _CODES)


def init_app(app: Flask) -> None:
    """Let Flask-Login find the member behind a session's token."""
    login_manager.init_app(app)
    # Sessions are rows that can be ended from afar; a browser that updates itself stays signed in.
    login_manager.session_protection = None
    login_manager.user_loader(load)
    app.before_request(_lead_to_second_step)


def load(token: str) -> Member | None:
    """The member whose standing session has this token."""
    browser = queries.find_session(token)
    if browser is None:
        return None
    member = browser.member
    member.session_token, member.session_came_by = token, browser.came_by
    member.owes_second_step = _owes_second_step(browser)
    if request:
        request.environ[_ALONG] = browser.asked_along
        if "csrf_token" not in session:
            security.begin_forms(member.id)
    actions.note_seen(browser)
    return member


def asked_along() -> Mapping[str, Any]:
    """What was asked along with this request's session; nothing if it may have changed since."""
    if not request or request.method not in ("GET", "HEAD"):
        return {}
    found: Mapping[str, Any] = request.environ.get(_ALONG, {})
    return found


def browser() -> dict[str, Any]:
    """What a new session remembers of the browser that asks for it."""
    return {"address": request.remote_addr or "", "user_agent": request.headers.get("User-Agent", "")}


def enter(member: Member, *, is_remembered: bool = False) -> None:
    """Give this browser the session that the member was begun with."""
    # A token that somebody else has planted before must not be good for the member's forms.
    session.pop("csrf_token", None)
    for key in (_WAY, *_BETWEEN):
        session.pop(key, None)
    login_user(member, remember=is_remembered, duration=queries.REMEMBERED_FOR)
    if BEEN_HERE not in request.cookies:
        after_this_request(_note_been_here)


def keep_first_step(step: FirstStep, *, leads_to: str | None) -> None:
    """Remember for some minutes who has taken the first step, and where to after the second."""
    _keep(_FIRST_STEP, [*step, leads_to])


def first_step() -> tuple[FirstStep, str | None] | None:
    """The first step that this browser has taken, and where it was going."""
    kept = _kept(_FIRST_STEP)
    return (FirstStep(*kept[:-1]), kept[-1]) if kept is not None else None


def forget_first_step() -> None:
    """Somebody else is to sign in."""
    session.pop(_FIRST_STEP, None)


def keep_challenge(challenge: str, *, handle: str = "") -> None:
    """Remember what a device was asked to sign, and under which handle it makes a new key."""
    _keep(_CHALLENGE, [challenge, handle])


def take_challenge() -> tuple[str, str]:
    """What this browser's device was asked to sign, and the handle; each is good for one answer."""
    kept = _kept(_CHALLENGE) or ["", ""]
    session.pop(_CHALLENGE, None)
    return kept[0], kept[1]


def keep_question(question: Question, *, leads_to: str | None) -> None:
    """Remember what the provider is asked, and where to after its answer."""
    _keep(_QUESTION, [*question, leads_to])


def take_question() -> tuple[Question, str | None] | None:
    """What this browser was sent to the provider with; each is good for one answer."""
    kept = _kept(_QUESTION)
    session.pop(_QUESTION, None)
    return (Question(*kept[:-1]), kept[-1]) if kept is not None else None


def keep_outsider(outsider: Outsider) -> None:
    """Remember whom the provider vouches for until they have an account here."""
    _keep(_OUTSIDER, list(outsider))


def outsider() -> Outsider | None:
    """Whom the provider vouches for and who has no account yet."""
    kept = _kept(_OUTSIDER)
    if kept is None:
        return None
    *said, roles = kept
    return Outsider._make([*said, tuple((role, panel) for role, panel in roles)])


def keep_codes(codes: Sequence[str]) -> None:
    """Keep recovery codes for the next page, sealed: not even the cookie's owner finds them later."""
    _keep(_CODES, [keys.seal("\n".join(codes).encode(), purpose=_CODES)])


def take_codes() -> list[str]:
    """The recovery codes that were just made; they are given once."""
    kept = _kept(_CODES)
    session.pop(_CODES, None)
    try:
        return keys.open_sealed(kept[0], purpose=_CODES).decode().split() if kept is not None else []
    except keys.Unreadable:
        return []


def forget_between() -> None:
    """Forget all that was kept between pages."""
    for key in _BETWEEN:
        session.pop(key, None)


def was_somebody_here() -> bool:
    """Whether somebody has signed in with this browser before."""
    return BEEN_HERE in request.cookies or "_user_id" in session


def keep_draft(path: str) -> None:
    """Remember the page on which a draft waits to be sent by whoever has just joined."""
    session[_DRAFT] = [clock.now().timestamp(), path]


def draft() -> str | None:
    """The page on which a draft waits, if one does."""
    at, path = session.get(_DRAFT, (0.0, None))
    return web.safe_path(path) if clock.now().timestamp() - at < DRAFT_KEPT_FOR.total_seconds() else None


def forget_draft() -> None:
    """It was sent."""
    session.pop(_DRAFT, None)


def note_way(code: str) -> None:
    """Remember in this browser, for a few days, by whose link a visitor came."""
    session[_WAY] = [code, clock.now().timestamp()]


def came_by() -> str:
    """The code in the link by which this browser came, or nothing."""
    code, at = session.get(_WAY, ("", 0.0))
    return code if clock.now().timestamp() - at < WAY_KEPT_FOR.total_seconds() else ""


def leave() -> None:
    """Take the session from this browser, and the pages it keeps: the next person may press Back."""
    after_this_request(_empty_cache)
    logout_user()
    session.pop("csrf_token", None)
    forget_draft()
    forget_between()


def _keep(key: str, values: list[Any]) -> None:
    session[key] = [clock.now().timestamp(), values]


def _kept(key: str) -> list[Any] | None:
    at, values = session.get(key, (0.0, None))
    return values if clock.now().timestamp() - at < HALF_WAY_FOR.total_seconds() else None


def _owes_second_step(browser: MemberSession) -> bool:
    member, config = browser.member, current_app.config
    if config["STAFF_SECOND_FACTOR"] == "offered" or not member.roles or member.second_step_since is not None:
        return False
    if browser.came_by == "provider" and config["OIDC_SECOND_STEP"] == "there":
        return False
    due_at = member.second_step_due_at
    return config["STAFF_SECOND_FACTOR_DAYS"] == 0 or (due_at is not None and due_at <= clock.now())


def _lead_to_second_step() -> BaseResponse | None:
    # Their roles do not count: instead of a closed door they find the page on which to open it.
    if isinstance(current_app.blueprints.get(request.blueprint or ""), web.StaffBlueprint):
        member = web.viewer()
        if member is not None and member.owes_second_step:
            return web.see_other("members.second_steps")
    return None


def _note_been_here(answer: Response) -> Response:
    web.keep_in_browser(answer, BEEN_HERE, "yes")
    return answer


def _empty_cache(answer: Response) -> Response:
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
