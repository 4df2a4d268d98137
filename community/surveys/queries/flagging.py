"""What responses are looked through for: times, grids, texts, answers that the profile knows too."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from community.analysis.script import fold
from community.infra import clock
from community.infra.db import db
from community.members.attributes import CHOICE_KINDS
from community.members.models import ProfileAttribute
from community.surveys import ordering
from community.surveys.kinds import Value
from community.surveys.models import (
    Answer,
    Question,
    QuestionVersion,
    Response,
    ResponseDecision,
    ResponseFlag,
    Survey,
)
from community.surveys.quality import Given, Grid, Questions

# A survey this large is not looked through after each answer, but after some of them have come together.
LARGE = 500
LARGE_RESTS_FOR = timedelta(minutes=5)
BATCH = 2000
_CHOICES = ("single", "several", "yes_no")


class Looked(NamedTuple):
    """All that flags are made of, and the change of answers up to which it reaches."""

    responses: list[Given]
    questions: Questions
    changed_at: datetime | None


def find_waiting_id() -> int | None:
    """A survey whose answers have changed since they were looked through; large open ones wait a little."""
    return db.session.scalar(
        select(Survey.id)
        .where(
            Survey.answers_changed_at.is_not(None),
            or_(Survey.flagged_at.is_(None), Survey.flagged_at != Survey.answers_changed_at),
            or_(
                Survey.state != "open",
                Survey.completed_count <= LARGE,
                Survey.flagged_at.is_(None),
                Survey.flagged_at < clock.now() - LARGE_RESTS_FOR,
            ),
        )
        .order_by(Survey.answers_changed_at, Survey.id)
        .limit(1)
    )


def look_through(survey_id: int) -> Looked | None:
    """All that flags are made of, as it is now; None if the survey is gone."""
    found = db.session.execute(
        select(Survey.kind, Survey.answers_changed_at).where(Survey.id == survey_id)
    ).one_or_none()
    if found is None:
        return None
    survey_kind, changed_at = found
    asked = _Asked(survey_id)
    # The one question of a poll is answered in a click, wherever one comes from.
    responses = _responses(survey_id, has_times=survey_kind == "survey")
    if asked.ids:
        _add_answers(responses, asked)
    return Looked([each.given for each in responses.values()], asked.questions, changed_at)


def list_flags(survey_id: int) -> list[ResponseFlag]:
    """The flags of all responses of the survey."""
    return list(
        db.session.scalars(
            select(ResponseFlag)
            .join(Response, Response.id == ResponseFlag.response_id)
            .where(Response.survey_id == survey_id)
        )
    )


def lock_flagged(survey_id: int, response_ids: Collection[int]) -> list[Response]:
    """These responses and those that have flags, as they are now; the caller has locked the survey."""
    rows: list[Response] = []
    ids = sorted(
        {
            *response_ids,
            *db.session.scalars(
                select(Response.id).where(
                    Response.survey_id == survey_id, or_(Response.flag_count > 0, Response.needs_look)
                )
            ),
            *db.session.scalars(
                select(ResponseFlag.response_id)
                .join(Response, Response.id == ResponseFlag.response_id)
                .where(Response.survey_id == survey_id)
            ),
        }
    )
    for start in range(0, len(ids), BATCH):
        rows += db.session.scalars(
            select(Response)
            .where(Response.id.in_(ids[start : start + BATCH]))
            .order_by(Response.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    return rows


def list_flags_decided(survey_id: int) -> dict[int, frozenset[str]]:
    """The flags that stood when a person last decided about a response, by its id.

    Who withdrew and answered anew is looked at anew.
    """
    rows = db.session.execute(
        select(ResponseDecision.response_id, ResponseDecision.flags)
        .join(Response, Response.id == ResponseDecision.response_id)
        .where(Response.survey_id == survey_id, ResponseDecision.decided_at >= Response.started_at)
        .order_by(ResponseDecision.id)
    )
    return {response_id: frozenset(flags) for response_id, flags in rows}


class _Row(NamedTuple):
    given: Given
    seed: int
    # Of `given`, while it is being filled.
    texts: list[tuple[str, str]]
    grids: dict[str, dict[str, str]]
    choices: dict[str, frozenset[str]]


def _responses(survey_id: int, *, has_times: bool) -> dict[int, _Row]:
    rows = db.session.execute(
        select(
            Response.id,
            Response.path,
            Response.seconds,
            Response.excluded_at,
            Response.profile,
            Response.seed,
        )
        .where(Response.survey_id == survey_id, Response.state == "completed")
        .order_by(Response.id)
    )
    found = {}
    for response_id, path, seconds, excluded_at, profile, seed in rows:
        texts: list[tuple[str, str]] = []
        grids: dict[str, dict[str, str]] = {}
        choices: dict[str, frozenset[str]] = {}
        given = Given(
            id=response_id,
            path=path,
            seconds=seconds if has_times else 0.0,
            is_counted=excluded_at is None,
            profile=profile,
            grids=grids,
            texts=texts,
            choices=choices,
        )
        found[response_id] = _Row(given, seed, texts, grids, choices)
    return found


def _add_answers(responses: Mapping[int, _Row], asked: "_Asked") -> None:
    answers = db.session.execute(
        select(Answer.response_id, Answer.question_id, Answer.value)
        .where(Answer.question_id.in_(asked.ids))
        .order_by(Answer.id)
        .execution_options(yield_per=BATCH)
    )
    for response_id, question_id, value in answers:
        row = responses.get(response_id)
        if row is not None:
            asked.add(row, question_id, value)


class _Asked:
    """The questions of one survey that can say something of how they were answered."""

    def __init__(self, survey_id: int) -> None:
        rows = db.session.execute(
            select(Question, QuestionVersion)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .where(Question.survey_id == survey_id)
            .order_by(Question.id, QuestionVersion.number)
        ).all()
        attributes = _attributes({question.code for question, _version in rows})
        self._by_id: dict[int, Question] = {}
        self._rows_of: dict[int, list[str]] = {}
        grids: dict[str, Grid] = {}
        wordings: dict[str, list[str]] = {}
        expected: dict[str, frozenset[str]] = {}
        known: dict[str, dict[str, str]] = {}
        for question, version in rows:
            self._by_id[question.id] = question
            wordings.setdefault(question.code, []).extend(version.text.values())
            if question.kind == "matrix":
                columns = [str(column["key"]) for column in version.settings.get("columns", ())]
                grids[question.code] = Grid(columns, has_reversed=bool(version.settings.get("reversed")))
                self._rows_of[question.id] = [str(option["key"]) for option in version.options]
            if question.kind in _CHOICES:
                right = version.settings.get("expects") or ()
                if right:
                    expected[question.code] = frozenset([right] if isinstance(right, str) else right)
                if question.code in attributes:
                    known[question.code] = _same(version.options, attributes[question.code])
        self.questions = Questions(grids=grids, wordings=wordings, expected=expected, known=known)
        self.ids = [
            question.id
            for question in self._by_id.values()
            if question.kind in ("matrix", "short_text", "long_text", "picture", "single", "several")
            or question.code in expected
        ]

    def add(self, row: _Row, question_id: int, value: Value) -> None:
        """Note one answer in what is known of its response."""
        question = self._by_id[question_id]
        if question.kind == "matrix":
            order = self._rows_of[question_id]
            if question.shuffles_options:
                order = ordering.shuffled(order, seed=row.seed, name=question.code)
            chosen = value.get("rows", {})
            row.grids[question.code] = {key: chosen[key] for key in order if key in chosen}
        elif question.kind in _CHOICES:
            keys = value.get("choices") or [value.get("choice")]
            row.choices[question.code] = frozenset(str(key) for key in keys)
        row.texts.extend((question.code, words) for words in _texts(value))


def _texts(value: Value) -> list[str]:
    # A tag is one word: it is no text to be judged.
    words = (value.get(name) for name in ("text", "other", "why"))
    return [str(each) for each in words if each]


def _attributes(codes: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    rows = db.session.execute(
        select(ProfileAttribute.key, ProfileAttribute.options).where(
            and_(ProfileAttribute.key.in_(set(codes)), ProfileAttribute.kind.in_(CHOICE_KINDS))
        )
    )
    return dict(rows.all())


def _same(options: Iterable[Mapping[str, Any]], of_profile: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Which options of a question say the same as one of the profile, by their words in any language."""
    by_words = {
        fold(words): str(option["key"])
        for option in of_profile
        for name, words in option.items()
        if name != "key"
    }
    found = {}
    for option in options:
        words = [fold(each) for each in option["text"].values()]
        key = next((by_words[each] for each in words if each in by_words), None)
        if key is not None:
            found[str(option["key"])] = key
    return found
