"""What was learned about members."""

from typing import Any

from sqlalchemy import JSON, Float, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, one_of, reference, word

# interest: a tag or topic they come back to · preference: a wish they stated in their own words
# · language: what they write in · stage: how long and how actively they are here.
FACT_KINDS = ("interest", "preference", "language", "stage")
# A corrected fact says what the member wrote instead; a forgotten one is not learned again.
FACT_STATES = ("standing", "corrected", "forgotten")


class LearnedFact(Base):
    """One thing learned about a member, from what, and what the member says to it.

    `key` tells it from others of its kind ("tag:recycling", "zh-Hans"), `evidence` lists
    {"source": "idea", "id": 12, "how": "supported"} for what it rests on: never the words of others, who may
    take them back.
    """

    __tablename__ = "learned_facts"
    __table_args__ = (
        one_of("kind", FACT_KINDS),
        one_of("state", FACT_STATES),
        UniqueConstraint("member_id", "kind", "key"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    kind: Mapped[str] = word()
    key: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(300), default="")
    # 0 to 1: how much speaks for it.
    strength: Mapped[float] = mapped_column(Float(53), default=0.0)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = word(default="standing")
    correction: Mapped[str] = mapped_column(Text, default="")
    learned_at: Mapped[Moment] = mapped_column(default=clock.now)
