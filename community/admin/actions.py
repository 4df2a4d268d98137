"""Verbs that keep the site in order."""

from collections.abc import Mapping

from community.activity.actions import record
from community.infra.db import unit_of_work
from community.members.models import Member


def note_audit_export(by: Member, *, asked: Mapping[str, str], panel_id: int | None) -> None:
    """Keep in the log itself that it was taken away, and which part of it."""
    with unit_of_work():
        # Whom somebody looked for is not kept: the person may want to be forgotten one day.
        what = {name: "…" if name in ("person", "words") else value for name, value in asked.items()}
        record("audit.exported", subject=by, actor=by, panel_id=panel_id, what=what)
