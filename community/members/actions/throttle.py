"""Slowing down guessing and mail floods: tries are rows, so that all processes count together."""

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from limits import RateLimitItem, parse_many
from sqlalchemy import delete

from community.infra import clock, keys
from community.infra.db import unit_of_work
from community.infra.errors import TooMany
from community.members import queries, secrets
from community.members.models import Attempt


class Guard(NamedTuple):
    """One count: for what, of whom (an address, an account …), and how many in which time."""

    action: str
    who: str
    limits: str


def note(*guards: Guard) -> list[int]:
    """Count one try and return its rows; TooMany, and nothing counted, if that is one too many.

    The try is written before it is judged: of many at the same moment no more pass than may.
    """
    if not current_app.config["RATE_LIMITS"]:
        return []
    with unit_of_work() as session:
        rows = [Attempt(action=guard.action, subject=_subjects(guard)[0]) for guard in guards]
        session.add_all(rows)
        session.flush()
        noted = [row.id for row in rows]
    wait = max(_wait(guard, limit, noted) for guard in guards for limit in parse_many(guard.limits))
    if wait > 0:
        forget(noted)
        raise TooMany(_in_words(wait), retry_after=wait)
    return noted


def forget(noted: Sequence[int]) -> None:
    """Take tries back that turned out to be rightful."""
    if not noted:
        return
    with unit_of_work() as session:
        session.execute(delete(Attempt).where(Attempt.id.in_(noted)))


def network(address: str) -> str:
    """Whom an address stands for: with IPv6 everybody owns a whole network of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    bits = 64 if parsed.version == 6 else 32
    return str(ipaddress.ip_network((parsed, bits), strict=False))


def _subjects(guard: Guard) -> list[str]:
    """What it is called in the table: newest first, for a new secret must not give anybody new tries."""
    return [secrets.keyed(f"{guard.action}:{guard.who}", key) for key in keys.derived_from_all("attempts")]


def _wait(guard: Guard, limit: RateLimitItem, noted: Sequence[int]) -> int:
    """Seconds until another try is allowed, 0 if it is now."""
    seconds = limit.get_expiry()
    blocking_at = queries.find_blocking_attempt(
        guard.action, _subjects(guard), since=clock.ago(seconds=seconds), most=limit.amount, besides=noted
    )
    if blocking_at is None:
        return 0
    return max(1, int(seconds - (clock.now() - blocking_at).total_seconds()) + 1)


def _in_words(wait: int) -> str:
    if wait < 120:
        pause = ngettext("%(num)d second", "%(num)d seconds", wait)
    else:
        pause = ngettext("%(num)d minute", "%(num)d minutes", -(-wait // 60))
    return str(_("That was tried too often. Please wait %(pause)s, then try again.", pause=pause))
