"""The log of what moderators did in a panel, as all who may read the panel see it: no names, no texts."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from community.infra.db import MAX_ID, db
from community.infra.paging import Stretch, read_stretch
from community.moderation.models import Appeal, Decision
from community.moderation.telling import LOGGED_VERBS, told_of

PER_PAGE = 50


class Line(NamedTuple):
    """One thing that was done; `moderator_id` says only that it was somebody."""

    id: int
    verb: str
    subject_type: str
    after: dict[str, Any]
    reason: str | None
    moderator_id: int | None
    decided_at: datetime
    undone_as: str | None
    appeal_state: str | None

    @property
    def told_of(self) -> str:
        """What it was about: the type of its subject, or a change to it."""
        return told_of(self.subject_type, self.after)


_LINES = (
    select(
        Decision.id,
        Decision.verb,
        Decision.subject_type,
        Decision.after,
        Decision.reason,
        Decision.moderator_id,
        Decision.decided_at,
        Decision.undone_as,
        Appeal.state,
    )
    .outerjoin(Appeal, Appeal.decision_id == Decision.id)
    .where(
        Decision.panel_id == bindparam("panel_id"),
        Decision.verb.in_(LOGGED_VERBS),
        Decision.subject_type != "member",
        Decision.id < bindparam("before"),
    )
    .order_by(Decision.id.desc())
    .limit(PER_PAGE + 1)
)


def list_log(panel_id: int, *, before: int = 0) -> Stretch[Line]:
    """One stretch of the panel's log, the newest first."""
    rows = db.session.execute(_LINES, {"panel_id": panel_id, "before": before or MAX_ID})
    return read_stretch([Line(*row) for row in rows], per_page=PER_PAGE)
