"""How often one address or member may do a thing; every limit of the site is written down here."""

import math

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from community.infra import clock, jobs, web


def _who() -> str:
    member = web.viewer()
    return f"member:{member.id}" if member is not None else _of_address(request.remote_addr)


def _of_address(address: str | None) -> str:
    return f"address:{address or '127.0.0.1'}"


limiter = Limiter(key_func=_who, headers_enabled=False, swallow_errors=True)

# Every page, by member or address: a person reads, a script that copies the site is slowed down.
PAGES = "50 per 10 second; 200 per minute"
_PAGES = sorted(parse_many(PAGES))
SEARCH = "30 per minute"
VOTE = "60 per minute"
# Moderators at their queue: two a second at the keyboard.
DECIDE = "120 per minute"
WRITE = "20 per minute"
# These are counted in the database (members.actions.throttle): guessing goes on over all processes.
JOIN_BY_ADDRESS = "5 per hour"
SIGN_IN = "5 per minute; 20 per hour"
# Higher, so that whoever guesses from elsewhere does not lock the owner of an account out.
SIGN_IN_BY_ACCOUNT = "100 per hour"
SIGN_IN_BY_ADDRESS = "60 per hour"
# Three codes of a million are right at a time: at most sixty tries a day find one in fifteen years.
SECOND_STEP = "5 per minute; 20 per hour"
SECOND_STEP_BY_ACCOUNT = "30 per hour; 60 per day"
MAIL_BY_EMAIL = "1 per minute; 3 per hour"
UPLOAD = "20 per hour"
# Nobody reads more in an hour that is out of place; a group that agrees on a target is slowed down.
FLAG = "10 per minute; 30 per hour"
APPEAL = "10 per hour"


def init_app(app: Flask) -> None:
    """Count in Redis when the queue is there, else in this process."""
    queue_url = app.config["QUEUE_URL"]
    is_shared = queue_url.startswith("redis")
    app.config["RATELIMIT_STORAGE_URI"] = queue_url if is_shared else "memory://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = jobs.impatient() if is_shared else {}
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = is_shared
    app.config["RATELIMIT_APPLICATION"] = PAGES
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    limiter.init_app(app)


def count_page(address: str | None) -> bool:
    """Count a page of a visitor's as a request of Flask's would be; False if that is better left to one."""
    if not current_app.config["RATE_LIMITS"]:
        return True
    try:
        return all(limiter.limiter.hit(each, _of_address(address), "global") for each in _PAGES)
    except Exception:  # noqa: BLE001 - of whatever counts; the limiter itself then counts in this process
        return False


def is_counted_apart() -> bool:
    """Whether this request counts toward other limits than all do."""
    return any(not each.shared for each in limiter.current_limits)


def seconds_to_wait() -> int:
    """How long whoever has just reached a limit has to wait."""
    limit = limiter.current_limit
    return max(1, math.ceil(limit.reset_at - clock.now().timestamp())) if limit is not None else 60


@limiter.request_filter
def is_free() -> bool:
    """Files cost nothing, and load tests switch the limits off."""
    return request.endpoint == "static" or not current_app.config["RATE_LIMITS"]


def by_address(limits: str):  # type: ignore[no-untyped-def]
    """A limit that counts addresses, whoever is signed in; only requests that change something count."""
    return limiter.limit(limits, key_func=get_remote_address, methods=["POST"])


def by_member(limits: str, *, methods: tuple[str, ...] = ("POST",)):  # type: ignore[no-untyped-def]
    """A limit that counts a member, or a visitor's address."""
    return limiter.limit(limits, methods=list(methods))
