"""The notices that members are given."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, reference, word


class Notice(Base):
    """One thing one member is told about one activity; `kind` names the sentence, `data` fills it in."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("member_id", "activity_id"),
        Index("ix_notices_inbox", "member_id", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    activity_id: Mapped[int] = reference("activities.id")
    kind: Mapped[str] = word(60)
    # The panel it comes from: a member who may no longer see the panel no longer sees the notice.
    panel_id: Mapped[int | None] = reference("panels.id")
    path: Mapped[str] = word(200, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
