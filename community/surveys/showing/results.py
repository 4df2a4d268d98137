"""The results of a survey as pages show them: every question with its figures, charts and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from community.infra import language
from community.statistics.intervals import reporting
from community.surveys import kinds, naming
from community.surveys.queries.results import AskedQuestion, Stored
from community.surveys.showing import answers, features, moments, opinions
from community.surveys.showing.blocks import Block, Figures, rows_of
from community.surveys.showing.parts import Names, Question, parts_of


@dataclass(frozen=True)
class Group:
    """A group of a split that is shown; few answers are marked."""

    name: str
    n: int
    is_marked: bool


@dataclass(frozen=True)
class Hidden:
    """A group that stays hidden; `why` is "few" or "subtraction"."""

    name: str
    why: str


@dataclass(frozen=True)
class QuestionResult:
    """All there is to show of one question; without blocks `reporting` says why."""

    id: int
    number: int
    code: str
    kind: str
    kind_name: str
    text: str
    hint: str
    n: int
    n_eff: float | None
    reporting: str
    is_weighted: bool
    is_for_members: bool
    is_removed: bool
    is_failed: bool
    version_count: int
    scale: str
    computed_at: datetime | None
    groups: Sequence[Group] = ()
    hidden: Sequence[Hidden] = ()
    blocks: Sequence[Block] = field(default_factory=list)


def results_of(
    questions: Sequence[AskedQuestion],
    stored: Sequence[Stored],
    *,
    names: Names,
    group_names: Mapping[str, str] | None = None,
    failed: Sequence[int] = (),
    is_for_members: bool = False,
) -> list[QuestionResult]:
    """Each question with its stored figures; `group_names` by cut if they are split.

    Members see neither weights nor what needs a statistician beside them.
    """
    by_question: dict[int, list[Stored]] = {}
    for each in stored:
        by_question.setdefault(each.question_id, []).append(each)
    return [
        _result(
            asked,
            number,
            by_question.get(asked.id, []),
            names=names,
            group_names=group_names or {},
            is_failed=asked.id in failed,
            is_for_members=is_for_members,
        )
        for number, asked in enumerate(questions, start=1)
    ]


def _result(
    asked: AskedQuestion,
    number: int,
    stored: Sequence[Stored],
    *,
    names: Names,
    group_names: Mapping[str, str],
    is_failed: bool,
    is_for_members: bool,
) -> QuestionResult:
    whole = next((each for each in stored if each.cut == ""), None)
    question = _question(asked, names)
    newest = asked.versions[0]
    state = reporting(whole.n) if whole is not None else "hidden"
    found: list[Block] = []
    groups: list[Group] = []
    hidden: list[Hidden] = []
    weighted = None
    if whole is not None and state != "hidden" and whole.data.get("plain"):
        cuts = [] if is_for_members else [each for each in stored if each.cut in group_names]
        cuts.sort(key=lambda each: list(group_names).index(each.cut))
        hidden = [
            Hidden(group_names[each.cut], each.data["hidden"]) for each in cuts if each.data.get("hidden")
        ]
        cuts = [each for each in cuts if not each.data.get("hidden")]
        groups = [Group(group_names[each.cut], each.n, reporting(each.n) == "marked") for each in cuts]
        shown = [each.data for each in cuts]
        weighted = None if is_for_members else whole.data.get("weighted")
        found = _blocks(question, whole.data["plain"], weighted, shown, is_for_members=is_for_members)
    return QuestionResult(
        id=asked.id,
        number=number,
        code=asked.code,
        kind=asked.kind,
        kind_name=str(naming.KINDS[asked.kind].name),
        text=language.text_in(dict(newest.text)),
        hint=language.text_in(dict(newest.hint)) if newest.hint else "",
        n=whole.n if whole is not None else 0,
        n_eff=weighted.get("n_eff") if weighted else None,
        reporting=state,
        is_weighted=bool(weighted),
        is_for_members=is_for_members,
        is_removed=asked.is_removed,
        is_failed=is_failed,
        version_count=len(asked.versions),
        scale=_scale_words(question),
        computed_at=whole.computed_at if whole is not None else None,
        groups=groups,
        hidden=hidden,
        blocks=found,
    )


def _question(asked: AskedQuestion, names: Names) -> Question:
    """Its options in the reader's language; those of older versions behind those of the newest."""
    options: dict[str, str] = {}
    for version in asked.versions:
        for option in version.options:
            options.setdefault(str(option["key"]), language.text_in(option["text"]))
    return Question(asked.id, asked.kind, options, asked.versions[0].settings, names)


def _scale_words(question: Question) -> str:
    kind: Any = kinds.of(question.kind)
    if hasattr(kind, "points"):
        asked = kinds.Asked(question.id, "", question.kind, 0, "", settings=question.settings)
        ends = {
            "least": kind.least,
            "low": kind.low_words(asked),
            "most": kind.most,
            "high": kind.high_words(asked),
        }
        return str(_("%(least)d = %(low)s, %(most)d = %(high)s", **ends))
    return ""


def _blocks(
    question: Question,
    plain: Figures,
    weighted: Figures | None,
    groups: Sequence[Figures],
    *,
    is_for_members: bool,
) -> list[Block]:
    parts = [part for part in parts_of(question, plain) if part.for_members or not is_for_members]
    found = [rows_of(part, plain, weighted, groups) for part in parts]
    if is_for_members:
        return found + (opinions.consensus(question, plain) if question.kind == "opinions" else [])
    more = _MORE.get(question.kind)
    return found + (more(question, plain, weighted, groups) if more is not None else [])


_MORE = {
    "number": answers.spread_of_numbers,
    "date": answers.spread_of_dates,
    "matrix": answers.grid,
    "maxdiff": features.utilities,
    "kano": features.categories,
    "moment": moments.outcome_and_curves,
    "opinions": opinions.groups_of_opinion,
    "picture": answers.tags,
    "pairwise": answers.strengths,
    "short_text": answers.count_of_texts,
    "long_text": answers.count_of_texts,
}
