"""What was written in a survey, as it was read: how it feels and what it is about, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select

from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.members.models import Member
from community.statistics.intervals import MIN_SHOWN, Estimate, share
from community.surveys.listening import path_of, thread_of
from community.surveys.models import Question, Survey

TOPICS = 8
LINES = 5
# In the order in which they are told.
SENTIMENTS = ("pos", "neu", "neg", "mixed", "none")


@dataclass(frozen=True)
class Part:
    """How many of the texts, and their share with its interval."""

    key: str
    count: int
    share: Estimate


@dataclass(frozen=True)
class Heard:
    """The texts of one question; where fewer than ten people wrote, nothing but that (`is_shown`)."""

    is_shown: bool
    people: int = 0
    read: int = 0
    waiting: int = 0
    sentiments: Sequence[Part] = ()
    # Topics by their names, the most frequent first.
    topics: Sequence[Part] = ()
    lines: Sequence[feedback.Line] = field(default_factory=tuple)


def texts_of(survey: Survey, viewer: Member | None) -> Mapping[int, Heard]:
    """What was written, by question; those in which nobody wrote are not there.

    Excluded and withdrawn responses are not listened to, so they are not in here either. Without a viewer
    there are figures and no lines.
    """
    paths = {
        path_of(survey.id, question_id): question_id
        for question_id in db.session.scalars(select(Question.id).where(Question.survey_id == survey.id))
    }
    people = _counted(survey, func.count(FeedbackItem.author_id.distinct()))
    shown = {path for path, count in people.items() if count >= MIN_SHOWN}
    if not shown:
        return {paths[path]: Heard(is_shown=False) for path in people if path in paths}
    states = _counted_by(survey, FeedbackItem.state)
    sentiments = _counted_by(survey, func.coalesce(FeedbackItem.sentiment, "none"), _READ)
    topics = _counted_by(survey, FeedbackItem.topic_id, _READ)
    names = feedback.topic_names()
    lines = _latest(survey, viewer) if viewer is not None else {}
    found = {}
    for path, count in people.items():
        if path not in paths:
            continue
        if path not in shown:
            found[paths[path]] = Heard(is_shown=False)
            continue
        read = states.get((path, "read"), 0)
        found[paths[path]] = Heard(
            is_shown=True,
            people=count,
            read=read,
            waiting=states.get((path, "waiting"), 0),
            sentiments=_parts({key: sentiments.get((path, key), 0) for key in SENTIMENTS}, read),
            topics=_parts(
                {
                    names[topic_id]: n
                    for (of_path, topic_id), n in sorted(topics.items(), key=lambda each: -each[1])
                    if of_path == path and topic_id in names
                },
                read,
            )[:TOPICS],
            lines=lines.get(path, ()),
        )
    return found


_READ = FeedbackItem.state == "read"


def _of(survey: Survey) -> ColumnElement[bool]:
    return (FeedbackItem.thread == thread_of(survey.id)) & (FeedbackItem.state != "withdrawn")


def _counted(survey: Survey, count: ColumnElement[int]) -> dict[str, int]:
    rows = db.session.execute(select(FeedbackItem.path, count).where(_of(survey)).group_by(FeedbackItem.path))
    return dict(rows.all())


def _counted_by(survey: Survey, column: Any, *conditions: ColumnElement[bool]) -> dict[tuple[str, Any], int]:
    rows = db.session.execute(
        select(FeedbackItem.path, column, func.count())
        .where(_of(survey), *conditions)
        .group_by(FeedbackItem.path, column)
    )
    return {(path, key): count for path, key, count in rows}


def _latest(survey: Survey, viewer: Member) -> dict[str, list[feedback.Line]]:
    newest = (
        func.row_number()
        .over(partition_by=FeedbackItem.path, order_by=(FeedbackItem.said_at.desc(), FeedbackItem.id.desc()))
        .label("place")
    )
    numbered = select(FeedbackItem.id, FeedbackItem.path, newest).where(_of(survey), _READ).subquery()
    path_by_id = dict(
        db.session.execute(select(numbered.c.id, numbered.c.path).where(numbered.c.place <= LINES)).all()
    )
    lines: dict[str, list[feedback.Line]] = {}
    for line in feedback.get_items(path_by_id, viewer):
        lines.setdefault(path_by_id[line.id], []).append(line)
    return lines


def _parts(counts: Mapping[str, int], n: int) -> list[Part]:
    found = []
    for key, count in counts.items():
        estimate = share(count, n) if n else None
        if estimate is not None and count:
            found.append(Part(key, count, estimate))
    return found
