"""Who this request comes from: the session behind the cookie, how a browser gets one, and by whom it came."""

from datetime import timedelta
from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, login_user, logout_user

from community.infra import clock
from community.members import actions, queries
from community.members.models import Member

login_manager = LoginManager()

# Who came by a friend's link and has not joined by then counts as having come alone.
WAY_KEPT_FOR = timedelta(days=7)
_WAY = "came_by"


def init_app(app: Flask) -> None:
    """Let Flask-Login find the member behind a session's token."""
    login_manager.init_app(app)
    # Sessions are rows that can be ended from afar; a browser that updates itself stays signed in.
    login_manager.session_protection = None
    login_manager.user_loader(load)


def load(token: str) -> Member | None:
    """The member whose standing session has this token."""
    browser = queries.find_session(token)
    if browser is None:
        return None
    member = browser.member
    member.session_token = token
    actions.note_seen(browser)
    return member


def browser() -> dict[str, Any]:
    """What a new session remembers of the browser that asks for it."""
    return {"address": request.remote_addr or "", "user_agent": request.headers.get("User-Agent", "")}


def enter(member: Member, *, is_remembered: bool = False) -> None:
    """Give this browser the session that the member was begun with."""
    # A token that somebody else has planted before must not be good for the member's forms.
    session.pop("csrf_token", None)
    session.pop(_WAY, None)
    login_user(member, remember=is_remembered, duration=queries.REMEMBERED_FOR)


def note_way(code: str) -> None:
    """Remember in this browser, for a few days, by whose link a visitor came."""
    session[_WAY] = [code, clock.now().timestamp()]


def came_by() -> str:
    """The code in the link by which this browser came, or nothing."""
    code, at = session.get(_WAY, ("", 0.0))
    return code if clock.now().timestamp() - at < WAY_KEPT_FOR.total_seconds() else ""


def leave() -> None:
    """Take the session from this browser."""
    logout_user()
    session.pop("csrf_token", None)
