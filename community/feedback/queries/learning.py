"""Reading what was learned, what it could be learned from, and how the pipeline fares."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.orm import aliased

from community.analysis.language import LANGUAGES
from community.analysis.learning.features import GROUPS, Group, group_of
from community.analysis.learning.training import LEAST_LABELS
from community.feedback.models import (
    Correction,
    FeedbackItem,
    LearnedModel,
    Listening,
    ReadingBatch,
    SiteWord,
)
from community.feedback.queries.corrections import STANDING, count_labels
from community.feedback.queries.items import staff_panel_ids
from community.feedback.queries.labelling import count_asked_of
from community.infra import clock
from community.infra.db import db, get_row
from community.members.models import Member

# A fit to more takes minutes and is hardly better.
MOST_LABELS = 20_000


class Version(NamedTuple):
    """A fitting of the learned layer, without its weights."""

    id: int
    task: str
    language: str
    version: int
    state: str
    report: dict[str, Any]
    label_count: int
    fitted_at: datetime
    state_changed_at: datetime
    changed_by_name: str | None


class Label(NamedTuple):
    """A text and what a person said it is."""

    text: str
    language: str
    value: str
    is_random: bool


class Teaching(NamedTuple):
    """What one more label of a language leads to."""

    # "en" or "zh"; None for a language that we cannot read.
    group: Group | None
    label_count: int
    needed: int
    is_live: bool


class Progress(NamedTuple):
    """How far one language is in learning."""

    group: Group
    label_count: int
    random_count: int
    asked_count: int
    needed: int
    live_version: int | None


class Fitted(NamedTuple):
    """The newest fitting of a task and language: what it was fitted to."""

    version: int
    last_correction_id: int
    fitted_at: datetime


class Throughput(NamedTuple):
    """What was read in the last day and what still waits, of the panels that somebody works on.

    How fast the site reads, and when it did so last, is the same for all; both None if it never did.
    """

    read_count: int
    waiting_count: int
    per_second: float | None
    last_read_at: datetime | None


class ReadingOfItem(NamedTuple):
    """The last reading of an item: which version of the knowledge it had, and which one there is now."""

    read_at: datetime
    knowledge_version: int
    known_now: int


class Word(NamedTuple):
    """A word of the site with its weight, and who said so."""

    id: int
    word: str
    valence: float
    made_by_name: str | None
    made_at: datetime


LANGUAGES_OF: Mapping[Group, tuple[str, ...]] = {
    group: tuple(each for each in LANGUAGES if group_of(each) == group) for group in GROUPS
}

# As it stands in the partial index, see `items.FAILED`.
WAITING = text("feedback_items.state = 'waiting'")

_Changer = aliased(Member)
_VERSIONS = (
    select(
        LearnedModel.id,
        LearnedModel.task,
        LearnedModel.language,
        LearnedModel.version,
        LearnedModel.state,
        LearnedModel.report,
        LearnedModel.label_count,
        LearnedModel.fitted_at,
        LearnedModel.state_changed_at,
        _Changer.display_name,
    )
    .outerjoin(_Changer, _Changer.id == LearnedModel.changed_by_id)
    .order_by(LearnedModel.task, LearnedModel.language, LearnedModel.version.desc())
)


def get_listening() -> Listening:
    """The settings of the pipeline."""
    return get_row(Listening, 1)


def list_progress(viewer: Member | None) -> list[Progress]:
    """How far the site is in learning each language, and how much of it the viewer is asked about.

    What is learned serves all panels, so all labels count; what waits for one is counted in the viewer's.
    """
    counts = {each.language: each for each in count_labels("sentiment")}
    rows = db.session.execute(
        select(LearnedModel.language, LearnedModel.version).where(
            LearnedModel.task == "sentiment", LearnedModel.state == "live"
        )
    )
    live = {row.language: row.version for row in rows}
    progress = []
    for group in GROUPS:
        own = [counts[each] for each in LANGUAGES_OF[group] if each in counts]
        progress.append(
            Progress(
                group,
                sum(each.label_count for each in own),
                sum(each.random_count for each in own),
                count_asked_of(viewer, LANGUAGES_OF[group]),
                LEAST_LABELS,
                live.get(group),
            )
        )
    return progress


def list_versions(*, most: int = 60) -> list[Version]:
    """What was fitted, the newest of each task and language first."""
    return [Version._make(row) for row in db.session.execute(_VERSIONS.limit(most))]


def get_model(model_id: int) -> LearnedModel:
    """The fitting; NotFound if there is none."""
    return get_row(LearnedModel, model_id)


def find_live_model_id(task: str, language: str) -> int | None:
    """The fitting that reads this language now."""
    return db.session.scalar(
        select(LearnedModel.id).where(
            LearnedModel.task == task, LearnedModel.language == language, LearnedModel.state == "live"
        )
    )


def get_teaching(item: FeedbackItem) -> Teaching:
    """What a label on this item leads to: how many there are in its language, and whether they are used."""
    group = group_of(item.language or "other")  # type: ignore[arg-type]
    if group is None:
        return Teaching(None, 0, LEAST_LABELS, is_live=False)
    is_live = find_live_model_id("sentiment", group) is not None
    return Teaching(group, count_labels_of(group), LEAST_LABELS, is_live=is_live)


def count_labels_of(group: Group) -> int:
    """How many labels of sentiment stand in the languages of a group."""
    statement = select(func.count()).where(*_labels_of("sentiment", LANGUAGES_OF[group]), STANDING)
    return db.session.scalar(statement) or 0


def list_labels(field: str, languages: Sequence[str]) -> list[Label]:
    """The newest `MOST_LABELS` labels in these languages that stand, the oldest of them first."""
    rows = db.session.execute(
        select(Correction.text, Correction.language, Correction.value, Correction.is_random)
        .where(*_labels_of(field, languages), STANDING)
        .order_by(Correction.id.desc())
        .limit(MOST_LABELS)
    )
    return [Label._make(row) for row in reversed(rows.all())]


def find_newest_fit(task: str, language: str) -> Fitted | None:
    """The newest fitting, used or not."""
    row = db.session.execute(
        select(LearnedModel.version, LearnedModel.last_correction_id, LearnedModel.fitted_at)
        .where(LearnedModel.task == task, LearnedModel.language == language)
        .order_by(LearnedModel.version.desc())
        .limit(1)
    ).one_or_none()
    return Fitted._make(row) if row is not None else None


def newest_label_id(field: str, languages: Sequence[str]) -> int:
    """The newest label of the field in these languages, standing or withdrawn; 0 without any."""
    statement = select(func.max(Correction.id))
    return db.session.scalar(statement.where(*_labels_of(field, languages))) or 0


def has_withdrawn_label(field: str, languages: Sequence[str], *, since: datetime) -> bool:
    """Whether a label of the field has been taken back since."""
    statement = select(exists().where(*_labels_of(field, languages), Correction.withdrawn_at > since))
    return bool(db.session.scalar(statement))


def is_chosen_by_person(task: str, language: str) -> bool:
    """Whether a person has decided what reads this language, so that the site does not."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    LearnedModel.task == task,
                    LearnedModel.language == language,
                    LearnedModel.changed_by_id.is_not(None),
                )
            )
        )
    )


def get_throughput(viewer: Member | None) -> Throughput:
    """How the reading fares, counted in the panels on which the viewer reads feedback."""
    own = FeedbackItem.panel_id.in_(staff_panel_ids(viewer))
    lately = ReadingBatch.read_at >= clock.ago(days=1)
    read_count = db.session.scalar(
        select(func.count(FeedbackItem.id))
        .join(ReadingBatch, ReadingBatch.id == FeedbackItem.batch_id)
        .where(lately, own)
    )
    waiting_count = db.session.scalar(select(func.count(FeedbackItem.id)).where(WAITING, own))
    count, seconds = db.session.execute(
        select(func.sum(ReadingBatch.item_count), func.sum(ReadingBatch.seconds)).where(lately)
    ).one()
    last_read_at = db.session.scalar(
        select(ReadingBatch.read_at).order_by(ReadingBatch.read_at.desc()).limit(1)
    )
    return Throughput(read_count or 0, waiting_count or 0, count / seconds if seconds else None, last_read_at)


def find_reading_of(item: FeedbackItem) -> ReadingOfItem | None:
    """When and with what knowledge an item was last read; None if it waits for its first reading."""
    row = db.session.execute(
        select(ReadingBatch.read_at, ReadingBatch.knowledge_version, Listening.version)
        .join(Listening, Listening.id == 1)
        .where(ReadingBatch.id == item.batch_id)
    ).one_or_none()
    return ReadingOfItem._make(row) if row is not None else None


def list_words() -> list[Word]:
    """The site's own words, by their folded form."""
    rows = db.session.execute(
        select(SiteWord.id, SiteWord.word, SiteWord.valence, Member.display_name, SiteWord.made_at)
        .outerjoin(Member, Member.id == SiteWord.made_by_id)
        .order_by(SiteWord.folded)
    )
    return [Word._make(row) for row in rows]


def get_words() -> dict[str, float]:
    """The weights of the site's own words, by their folded form."""
    rows = db.session.execute(select(SiteWord.folded, SiteWord.valence))
    return {row.folded: row.valence for row in rows}


def get_word(word_id: int) -> SiteWord:
    """The word; NotFound if there is none."""
    return get_row(SiteWord, word_id)


def _labels_of(field: str, languages: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return Correction.field == field, Correction.language.in_(languages)
