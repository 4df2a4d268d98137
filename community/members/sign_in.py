"""Who this request comes from: the session behind the cookie."""

from flask import Flask
from flask_login import LoginManager

from community.members import actions, queries
from community.members.models import Member

login_manager = LoginManager()


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
