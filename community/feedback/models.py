"""Feedback items and their topics, the corrections people make, what was learned from them, and imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Float,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock, search
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, table_of, word
from community.members.models import Member
from community.panels.models import Panel

SOURCES = ("idea", "comment", "survey", "import", "mail", "api")
# A withdrawn text was hidden, deleted or erased: nobody reads it any more.
STATES = ("waiting", "read", "failed", "withdrawn")
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "mixed", "other")
SENTIMENTS = ("pos", "neu", "neg", "mixed")
# A remark asks for nothing: talk among members, a fact by the way.
KINDS = ("praise", "complaint", "suggestion", "question", "help", "remark")
# What the author sees, like a parcel on its way; each has its own column with the moment it was reached.
STAGES = ("received", "read", "with_person", "answered", "decided", "delivered")
# Why a person is asked about a text; "skipped" if somebody could not tell.
ASK_REASONS = ("random", "unsure", "skipped")
FIELDS = ("sentiment", "kind", "topic")
TASKS = ("sentiment", "topic")
MODEL_STATES = ("live", "off", "replaced")
IMPORT_STATES = ("mapping", "owed", "running", "done", "failed")


class FeedbackItem(Base):
    """One text that somebody gave us, wherever it came from, and what was read in it.

    `source` and `source_name` (the name of an import, "" for the site's own) with `source_id` say which text
    it is, so that taking it in twice gives one item. Findings stand in columns: lists filter by them.
    """

    __tablename__ = "feedback_items"
    __table_args__ = (
        UniqueConstraint("panel_id", "source", "source_name", "source_id"),
        one_of("source", SOURCES),
        one_of("state", STATES),
        one_of("stage", STAGES),
        one_of("language", LANGUAGES),
        one_of("given_language", LANGUAGES),
        one_of("sentiment", SENTIMENTS),
        one_of("kind", KINDS),
        one_of("ask_reason", ASK_REASONS),
        CheckConstraint("urgency BETWEEN 0 AND 3", name="urgency_known"),
        # The worker takes what waits, oldest first.
        Index(
            "ix_feedback_items_waiting",
            "id",
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
        # People look at what could not be read, of which there is little.
        Index(
            "ix_feedback_items_failed",
            "id",
            sqlite_where=sql("state = 'failed'"),
            postgresql_where=sql("state = 'failed'"),
        ),
        Index("ix_feedback_items_panel", "panel_id", "said_at", "id"),
        # Lists over all panels, newest first.
        Index("ix_feedback_items_said", "said_at", "id"),
        Index("ix_feedback_items_author", "author_id", "said_at", "id"),
        Index("ix_feedback_items_topic", "topic_id", "said_at"),
        # How much of what members said is told back: all that the figure needs.
        Index(
            "ix_feedback_items_told_back",
            "panel_id",
            "received_at",
            "told_at",
            "state",
            sqlite_where=sql("author_id IS NOT NULL"),
            postgresql_where=sql("author_id IS NOT NULL"),
        ),
        Index(
            "ix_feedback_items_asked",
            "panel_id",
            "id",
            sqlite_where=sql("ask_reason IS NOT NULL"),
            postgresql_where=sql("ask_reason IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    source: Mapped[str] = word()
    source_name: Mapped[str] = mapped_column(String(60), default="", server_default=sql("''"))
    source_id: Mapped[str] = mapped_column(String(100))
    # None for texts of people who have no account here; `author_key` is then what the import calls them.
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    author_key: Mapped[str] = mapped_column(String(100), default="", server_default=sql("''"))
    import_id: Mapped[int | None] = reference("feedback_imports.id", ondelete="SET NULL")
    title: Mapped[str] = mapped_column(String(200), default="", server_default=sql("''"))
    text: Mapped[str] = mapped_column(Text)
    # Raised by each edit.
    revision: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    # Where on this site it stands, "" for texts from elsewhere.
    path: Mapped[str] = mapped_column(String(200), default="", server_default=sql("''"))
    # What it belongs to on the site (the idea of a comment), as "idea:12": decided together.
    thread: Mapped[str] = mapped_column(String(60), default="", server_default=sql("''"), index=True)
    rating: Mapped[float | None] = mapped_column(Float(53))
    said_at: Mapped[Moment] = mapped_column(default=clock.now)
    # The language its source says it is in, believed over what we would guess; None if it says nothing.
    given_language: Mapped[str | None] = word(10)
    search_terms: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))

    state: Mapped[str] = word(default="waiting")
    batch_id: Mapped[int | None] = reference("reading_batches.id", ondelete="SET NULL")
    error: Mapped[str] = mapped_column(String(200), default="", server_default=sql("''"))

    language: Mapped[str | None] = word(10)
    # None: not scored, because nobody here can read the language.
    sentiment: Mapped[str | None] = word(10)
    score: Mapped[float | None] = mapped_column(Float(53))
    confidence: Mapped[float | None] = mapped_column(Float(53))
    # Who said so: "lexicon", "learned", "correction" (a like text was corrected) or "person".
    method: Mapped[str | None] = word(20)
    # [start, end, weight, rule] for each stretch of the text that made the sentiment.
    evidence: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    kind: Mapped[str | None] = word(20)
    kind_confidence: Mapped[float | None] = mapped_column(Float(53))
    urgency: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    urgency_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    # The main topic: what a person said, else the best that is sure enough.
    topic_id: Mapped[int | None] = reference("topics.id", ondelete="SET NULL", index=False)
    # [start, end, kind] for each stated preference.
    preferences: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    # The reading is not sure enough to act on alone.
    is_unsure: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Chosen to be labelled by a person; emptied when somebody has.
    ask_reason: Mapped[str | None] = word()

    stage: Mapped[str] = word(default="received")
    received_at: Mapped[Moment] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    with_person_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The first moment its author was told anything: answered, decided or delivered.
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    panel: Mapped[Panel] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])
    topic: Mapped["Topic | None"] = relationship(foreign_keys=[topic_id])

    @property
    def full_text(self) -> str:
        """Title and text as they are read together; offsets of evidence are offsets into this."""
        return f"{self.title}\n{self.text}" if self.title else self.text


search.attach(table_of(FeedbackItem))


class ItemTopic(Base):
    """A topic of an item, suggested or sure; at most three are suggested."""

    __tablename__ = "item_topics"

    item_id: Mapped[int] = reference("feedback_items.id", primary_key=True)
    topic_id: Mapped[int] = reference("topics.id", primary_key=True, index=True)
    confidence: Mapped[float] = mapped_column(Float(53))
    # Taken without asking, or said by a person; otherwise only a suggestion.
    is_settled: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class ReadingBatch(Base):
    """Items that were read together: how many, how long it took, with which knowledge."""

    __tablename__ = "reading_batches"

    id: Mapped[Id]
    item_count: Mapped[int]
    seconds: Mapped[float] = mapped_column(Float(53))
    knowledge_version: Mapped[int]
    read_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)


class Topic(Base):
    """A node of the site's own tree of what people talk about; `name` maps locale to text."""

    __tablename__ = "topics"

    id: Mapped[Id]
    parent_id: Mapped[int | None] = reference("topics.id", ondelete="RESTRICT")
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    # Words and phrases, in any language, that speak of it.
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    # Who answers for the customer, and who for the process behind it.
    owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    process_owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    item_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[Moment] = mapped_column(default=clock.now)

    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
    process_owner: Mapped[Member | None] = relationship(foreign_keys=[process_owner_id])


class Correction(Base):
    """What a person said a text is: a label to learn from, kept with the text as it stood.

    `value` is a sentiment, a kind or a topic's id; `was` what the reading had said. Withdrawn, not deleted.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        one_of("field", FIELDS),
        Index("ix_corrections_field", "field", "id"),
    )

    id: Mapped[Id]
    # None for an example that staff wrote for a topic.
    item_id: Mapped[int | None] = reference("feedback_items.id")
    panel_id: Mapped[int | None] = reference("panels.id")
    field: Mapped[str] = word()
    value: Mapped[str] = mapped_column(String(40))
    was: Mapped[str] = mapped_column(String(40), default="", server_default=sql("''"))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = word(10)
    # Drawn at random for labelling, so that measuring on it is honest.
    is_random: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    item: Mapped[FeedbackItem | None] = relationship()
    made_by: Mapped[Member | None] = relationship(foreign_keys=[made_by_id])


class SiteWord(Base):
    """A word whose feeling is different on this site: valence from -4 (worst) to 4 (best), 0 for none."""

    __tablename__ = "site_words"
    __table_args__ = (CheckConstraint("valence BETWEEN -4 AND 4", name="valence_bounded"),)

    id: Mapped[Id]
    word: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(120), unique=True)
    valence: Mapped[float] = mapped_column(Float(53))
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)


class LearnedModel(Base):
    """One fitting of the learned layer: its weights, how good it was on unseen labels, whether it is used."""

    __tablename__ = "learned_models"
    __table_args__ = (
        UniqueConstraint("task", "language", "version"),
        one_of("task", TASKS),
        one_of("state", MODEL_STATES),
        Index(
            "uq_learned_models_live",
            "task",
            "language",
            unique=True,
            sqlite_where=sql("state = 'live'"),
            postgresql_where=sql("state = 'live'"),
        ),
    )

    id: Mapped[Id]
    task: Mapped[str] = word()
    # The group of languages it reads: "en" or "zh" (both scripts); "any" for topics.
    language: Mapped[str] = word(10)
    version: Mapped[int]
    state: Mapped[str] = word(default="off")
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Scores against the lexicon's, number of labels, and why it is or is not used.
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    label_count: Mapped[int]
    # The newest correction it has seen; without a newer one there is nothing to learn.
    last_correction_id: Mapped[int] = mapped_column(BigId)
    fitted_at: Mapped[Moment] = mapped_column(default=clock.now)
    state_changed_at: Mapped[Moment] = mapped_column(default=clock.now)
    changed_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)


class Listening(Base):
    """The one row of settings of the pipeline; `version` rises whenever anything it knows changes."""

    __tablename__ = "listening"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    # Below this confidence a person decides first.
    person_below: Mapped[float] = mapped_column(Float(53), default=0.4)
    # At or above this confidence a topic is taken without asking.
    topic_above: Mapped[float] = mapped_column(Float(53), default=0.6)


class FeedbackImport(Base):
    """A file of texts from elsewhere: which column is what, and how many rows were taken or refused."""

    __tablename__ = "feedback_imports"
    __table_args__ = (one_of("state", IMPORT_STATES),)

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id")
    name: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    # The uploaded file while it is needed; see infra/files.py.
    key: Mapped[str] = mapped_column(String(32), default="", server_default=sql("''"))
    # The names of the file's columns, and what each is used for: {"text": "Review", "rating": "Stars", …}.
    header: Mapped[list[str]] = mapped_column(JSON)
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = word(default="mapping")
    # Rows in the file, once they were counted; and how far it is, also after the worker was killed.
    row_count: Mapped[int | None]
    done_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    taken_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    known_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    refused_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    # Why it failed as a whole; see feedback/refusals.py.
    error: Mapped[str] = word(default="")
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    panel: Mapped[Panel] = relationship()
    made_by: Mapped[Member | None] = relationship(foreign_keys=[made_by_id])


class RefusedRow(Base):
    """A row of an import that was not taken in: as it stands in the file, and why."""

    __tablename__ = "refused_rows"

    import_id: Mapped[int] = reference("feedback_imports.id", primary_key=True)
    # As people see it in the file: the column names stand in the first.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # See feedback/refusals.py; `values` fills its sentence in.
    reason: Mapped[str] = word()
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    cells: Mapped[list[str]] = mapped_column(JSON)
