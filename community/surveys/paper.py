"""The sheet of questions as one member meets it: their path, their order, their earlier answers piped in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from community.surveys import conditions, kinds, ordering, paths, piping, wording
from community.surveys.kinds import Asked, Kind, Option, Value
from community.surveys.models import Question, QuestionVersion


class Shown(NamedTuple):
    """A question on a page, with what was answered or sent and what is wrong with it, by field."""

    asked: Asked
    kind: Kind
    value: Value
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Paper:
    """All questions of a survey as they are asked now, in order, and one member's answers by code."""

    questions: Sequence[Question]
    versions: Mapping[int, QuestionVersion]
    answers: Mapping[str, Value] = field(default_factory=dict)
    seed: int = 0
    is_shuffled: bool = False
    locale: str | None = None
    # What may be chosen in questions about pictures, by question.
    pictures: Mapping[int, tuple[Option, ...]] = field(default_factory=dict)

    def path(self, answers: Mapping[str, Value] | None = None) -> list[Question]:
        """The questions that are asked with these answers, else with those that are stored."""
        return paths.walk(self.questions, self.answers if answers is None else answers)

    def asked(self, question: Question, answers: Mapping[str, Value] | None = None) -> Asked:
        """One question as this member reads it."""
        version = self.versions[question.id]
        plain = self._with_pictures(
            wording.asked_of(question, version, locale=self.locale, seed=self.seed, only_offered=True)
        )
        codes = _piped(version)
        if not codes:
            return plain
        words = self._words(codes, self.answers if answers is None else answers)
        return replace(
            plain,
            text=piping.pipe(plain.text, words),
            hint=piping.pipe(plain.hint, words),
            options=tuple(replace(option, text=piping.pipe(option.text, words)) for option in plain.options),
        )

    def sheet(
        self, page: int | None = None, *, sent: Any = None, errors: Mapping[str, str] | None = None
    ) -> list[Shown]:
        """What one page (else all of them) asks, filled in with what was sent, else with what is stored."""
        path = self.path()
        asked = [self.asked(question) for question in path if page is None or question.page == page]
        if self.is_shuffled:
            asked = ordering.shuffle_questions(asked, seed=self.seed, fixed=self._fixed())
        return [self._shown(each, sent, errors or {}) for each in asked]

    def whole(self) -> dict[int, list[Shown]]:
        """All questions by page, whatever they depend on, with nothing filled in."""
        pages: dict[int, list[Shown]] = {}
        for question in self.questions:
            pages.setdefault(question.page, []).append(self._shown(self.asked(question), None, {}))
        return pages

    def _shown(self, asked: Asked, sent: Any, errors: Mapping[str, str]) -> Shown:
        kind = kinds.of(asked.kind)
        is_live = asked.kind in kinds.LIVE
        value = self.answers.get(asked.code, {}) if sent is None or is_live else kind.raw(asked, sent)
        own = {name: said for name, said in errors.items() if belongs(name, asked)}
        return Shown(asked, kind, value, own)

    def _words(self, codes: set[str], answers: Mapping[str, Value]) -> dict[str, str]:
        """The answers to be repeated; one that is no longer asked for counts as not given."""
        return {
            question.code: kinds.of(question.kind).words(self._answered(question), answers[question.code])
            for question in self.path(answers)
            if question.code in codes and question.code in answers
        }

    def _answered(self, question: Question) -> Asked:
        return self._with_pictures(wording.asked_of(question, self.versions[question.id], locale=self.locale))

    def _with_pictures(self, asked: Asked) -> Asked:
        return replace(asked, options=self.pictures.get(asked.id, asked.options))

    def _fixed(self) -> frozenset[str]:
        """Whatever another question looks at, or looks at another, keeps its place."""
        fixed: set[str] = set()
        for question in self.questions:
            looks_at = {*conditions.codes_in(question.condition), *_piped(self.versions[question.id])}
            if looks_at:
                fixed |= looks_at | {question.code}
        return frozenset(fixed)


def belongs(name: str, asked: Asked) -> bool:
    """Whether a form field of this name is the question's, or one of its parts."""
    return name == asked.field or name.startswith(f"{asked.field}-")


def _piped(version: QuestionVersion) -> set[str]:
    texts = [*version.text.values(), *version.hint.values()]
    texts += [words for option in version.options for words in option["text"].values()]
    return {code for text in texts for code in piping.codes_in(text)}
