"""What a member wrote and could not send, because their session had ended."""

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, reference


class UnsentText(Base):
    """A form as it was filled in, kept for a day under a secret that is stored as a hash.

    `words` maps a field's name to the values sent for it.
    """

    __tablename__ = "unsent_texts"

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(Text)
    words: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    written_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)
