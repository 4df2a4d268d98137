"""What texts are screened by, for the site and for a panel."""

from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, one_of, reference, word

# hold: waits for a moderator · refuse: the author is told at once.
WORD_EFFECTS = ("hold", "refuse")


class ScreeningRules(Base):
    """What a panel sets otherwise than the site, and the site otherwise than moderation/rules.py."""

    __tablename__ = "screening_rules"

    id: Mapped[Id]
    # The one row without a panel is the site's; it is there from the start.
    panel_id: Mapped[int | None] = reference("panels.id", unique=True, index=False)
    # Rule key → value; what is missing is as one floor up.
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    changed_at: Mapped[Moment] = mapped_column(default=clock.now)


class BlockedWord(Base):
    """A word or phrase that is not said here; `folded` is what width, case and look-alikes leave of it."""

    __tablename__ = "blocked_words"
    __table_args__ = (
        one_of("effect", WORD_EFFECTS),
        UniqueConstraint("panel_id", "folded"),
        Index(
            "uq_blocked_words_site",
            "folded",
            unique=True,
            sqlite_where=text("panel_id IS NULL"),
            postgresql_where=text("panel_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    # None: in all panels.
    panel_id: Mapped[int | None] = reference("panels.id", index=False)
    term: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(400))
    effect: Mapped[str] = word(default="hold")
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
