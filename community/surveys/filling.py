"""Reads what a member sent against what they are asked: answers, or what is wrong; stores nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.surveys import kinds, paths
from community.surveys.kinds import Asked, Sent, Value
from community.surveys.models import Question
from community.surveys.paper import Paper

_FIELD = re.compile(r"q([0-9]{1,18})(?:-.*)?", re.DOTALL)
# Errors that belong to no question.
FORM = ""


class SentForm(Sent, Protocol):
    """A whole form, as werkzeug's MultiDict gives it."""

    def __iter__(self) -> Iterator[str]:
        """The names of all fields."""
        ...


@dataclass(frozen=True)
class Filled:
    """What came of a form: the answers that hold now by code, the path they lead along, errors by field.

    `given` names the questions that were read here; `has_more` says that the page asks more than it showed.
    """

    answers: Mapping[str, Value]
    path: list[Question]
    given: list[Asked] = field(default_factory=list)
    errors: Mapping[str, object] = field(default_factory=dict)
    has_more: bool = False


def read(paper: Paper, sent: SentForm, *, page: int | None = None) -> Filled:
    """Read one page, or without a page all there is; questions that were not sent then keep their answers."""
    shown = {question.id for question in paper.path() if page is None or question.page == page}
    reader = _Reader(paper, sent, page, shown)
    for question in paper.questions:
        reader.meet(question)
    path = paths.walk(paper.questions, reader.answers)
    reader.refuse_unasked({question.id for question in path} | shown)
    return Filled(reader.answers, path, reader.given, reader.errors, reader.has_more)


def read_draft(paper: Paper, sent: SentForm, *, page: int) -> Filled:
    """Read what can be understood of a page that is still being filled in; the rest is left as it was."""
    answers = dict(paper.answers)
    given = []
    for question in paper.path():
        asked = paper.asked(question)
        if question.page != page or asked.kind in kinds.LIVE or _is_changed(asked, sent):
            continue
        try:
            value = kinds.of(asked.kind).parse(asked, sent)
        except Invalid:
            value = _parse_begun(asked, sent)
            if value is None:
                continue
        given.append(asked)
        _set(answers, question.code, value)
    return Filled(answers, paths.walk(paper.questions, answers), given)


class _Reader:
    """Goes through the questions in order, so that each answer decides what is asked after it."""

    def __init__(self, paper: Paper, sent: SentForm, page: int | None, shown: set[int]) -> None:
        self.paper = paper
        self.sent = sent
        self.page = page
        self.shown = shown
        self.fields: dict[int, set[str]] = {}
        for name in sent:
            match = _FIELD.fullmatch(name)
            if match and any(value.strip() for value in sent.getlist(name)):
                self.fields.setdefault(int(match[1]), set()).add(name)
        self.answers = dict(paper.answers)
        self.given: list[Asked] = []
        self.errors: dict[str, object] = {}
        self.has_more = False

    def meet(self, question: Question) -> None:
        """Read the question's answer if it is asked here."""
        if self.page is not None and question.page != self.page:
            return
        if question not in paths.walk(self.paper.questions, self.answers):
            return
        asked = self.paper.asked(question, self.answers)
        is_sent = question.id in self.fields
        if self.page is not None and question.id not in self.shown and not is_sent:
            # An answer on this very page has brought it up: it was not there to be answered.
            self.has_more = True
            return
        if asked.kind not in kinds.LIVE and (is_sent or self.page is not None):
            self._parse(question, asked)
        is_open = asked.is_required and not paths.is_answered(question.code, self.answers)
        if is_open and not self._is_refused(asked):
            self.errors[asked.field] = _l("Please answer this question.")

    def refuse_unasked(self, asked: set[int]) -> None:
        """Whoever answers what is not asked, here or at all, is told so."""
        here = {q.id for q in self.paper.questions if self.page is None or q.page == self.page}
        if any(number not in asked or number not in here for number in self.fields):
            self.errors[FORM] = _l(
                "An answer came with a question that you are not asked, so nothing was saved. "
                "Please look through your answers and send them again."
            )

    def _parse(self, question: Question, asked: Asked) -> None:
        if _is_changed(asked, self.sent):
            self.errors[asked.field] = _l("This question has just been changed. Please read it again.")
            return
        try:
            value = kinds.of(asked.kind).parse(asked, self.sent)
        except Invalid as refusal:
            self.errors[refusal.field or asked.field] = refusal.message
            return
        self.given.append(asked)
        _set(self.answers, question.code, value)

    def _is_refused(self, asked: Asked) -> bool:
        return any(name == asked.field or name.startswith(f"{asked.field}-") for name in self.errors)


def _is_changed(asked: Asked, sent: Sent) -> bool:
    """Whether the page that was sent showed another version of the question; scripts need not say."""
    versions = sent.getlist("version")
    return bool(versions) and str(asked.version_id) not in versions


def _parse_begun(asked: Asked, sent: Sent) -> Value | None:
    kind = kinds.of(asked.kind)
    value = kind.parse_begun(asked, sent) if isinstance(kind, kinds.InParts) else None
    return {**value, kinds.BEGUN: True} if value is not None else None


def _set(answers: dict[str, Value], code: str, value: Value | None) -> None:
    if value is None:
        answers.pop(code, None)
    else:
        answers[code] = value
