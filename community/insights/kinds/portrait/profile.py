"""Who they are: what they tell of themselves, how long and how actively they are here, against all others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from flask_babel import gettext as _

from community.customers.stages import stage_of
from community.infra.language import text_in
from community.insights import claims, suppression
from community.insights.claims import Judged
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row
from community.insights.kinds.health.staying import STAGES
from community.insights.kinds.measures import span
from community.insights.kinds.portrait import against
from community.insights.kinds.portrait.groups import Portrayed
from community.insights.queries import portrait as queries
from community.statistics.intervals import MIN_SHOWN, Part, Sample, mean, share
from community.statistics.tracking import two_means, two_shares
from community.surveys.queries.profiles import option_text

MOST_CLAIMS = 5


@dataclass(frozen=True)
class _Answer:
    """An option with how many of the group and of the others chose it."""

    name: str
    here: int
    elsewhere: int


@dataclass(frozen=True)
class _Question:
    """A question with its options, and how many answered it at all."""

    key: str
    label: str
    answers: Sequence[_Answer]
    known: int
    known_elsewhere: int
    is_decisive: bool

    @property
    def is_shown(self) -> bool:
        """Whether enough of the group answered it."""
        return self.known >= MIN_SHOWN

    @property
    def can_compare(self) -> bool:
        """Whether enough on both sides answered it, and it is not what makes the group."""
        return self.is_shown and self.known_elsewhere >= MIN_SHOWN and not self.is_decisive

    @property
    def kept_back(self) -> frozenset[int]:
        """The numbers of the answers that too few gave to be shown; one person can have given several."""
        people = [answer.here for answer in self.answers]
        if not self.is_shown:
            return frozenset(range(len(people)))
        return suppression.kept_back(people, together=suppression.sharing(people))


def figures_of(group: Portrayed, *, now: datetime) -> list[Figure]:
    """One table for each profile question, one for numbers, and one of how they are here."""
    questions = [each for each in [*_asked(group), _stages(group, now)] if each.known]
    compared = [
        (question, answer) for question in questions if question.can_compare for answer in question.answers
    ]
    judged = claims.judge(
        [
            two_shares(Part(answer.elsewhere, question.known_elsewhere), Part(answer.here, question.known))
            if not suppression.is_few(answer.here) and not suppression.is_few(answer.elsewhere)
            else None
            for question, answer in compared
        ]
    )
    found = {
        (question.key, answer.name): each for (question, answer), each in zip(compared, judged, strict=True)
    }
    figures = [_table(group, question, found) for question in questions]
    numbers = _numbers(group)
    return [*figures, *([numbers] if numbers is not None else [])]


def _asked(group: Portrayed) -> list[_Question]:
    attributes = [each for each in queries.list_attributes() if each.kind != "number"]
    ids = [attribute.id for attribute in attributes]
    chosen: Counter[tuple[int, str, bool]] = Counter()
    for each in queries.list_chosen(group.everybody, group.inside, ids):
        chosen[each.attribute_id, each.option, each.is_inside] += each.people
    told = {
        (each.attribute_id, each.is_inside): each.people
        for each in queries.list_told(group.everybody, group.inside, ids)
    }
    return [
        _Question(
            attribute.key,
            text_in(attribute.label),
            [
                _Answer(
                    option_text(option),
                    chosen[attribute.id, str(option["key"]), True],
                    chosen[attribute.id, str(option["key"]), False],
                )
                for option in attribute.options
                if chosen[attribute.id, str(option["key"]), True]
                or chosen[attribute.id, str(option["key"]), False]
            ],
            told.get((attribute.id, True), 0),
            told.get((attribute.id, False), 0),
            attribute.key in group.decided_by,
        )
        for attribute in attributes
    ]


def _stages(group: Portrayed, now: datetime) -> _Question:
    counts: Counter[tuple[str, bool]] = Counter()
    for each in queries.list_here(group.everybody, group.inside):
        last_here_at = max(each.joined_at, each.last_active_at)
        stage = stage_of(joined_at=each.joined_at, last_here_at=last_here_at, now=now)
        counts[stage, each.is_inside] += 1
    return _Question(
        # No profile question has a key with a hyphen.
        "how-active",
        _("How actively they are here"),
        [_Answer(str(name), counts[stage, True], counts[stage, False]) for stage, name in STAGES.items()],
        group.count,
        group.others,
        False,
    )


def _table(group: Portrayed, question: _Question, found: dict[tuple[str, str], Judged | None]) -> Figure:
    key = f"{group.key}.who.{question.key}"
    columns = [
        Column("answer", question.label),
        Column("people", _("Members"), "count"),
        Column("share", _("Share"), "share"),
        Column("interval", _("Interval"), "interval", "share"),
    ]
    columns += against.columns(group, _("Among all others"))
    notes: list[str] = []
    if question.is_decisive:
        notes.append(_("This answer decides who is in the group, so no difference is tested."))
    rows = []
    hidden = question.kept_back
    said: list[tuple[float, Claim]] = []
    for at, answer in enumerate(question.answers):
        here = share(answer.here, question.known)
        elsewhere = (
            share(answer.elsewhere, question.known_elsewhere)
            if question.known_elsewhere >= MIN_SHOWN and not suppression.is_few(answer.elsewhere)
            else None
        )
        judged = found.get((question.key, answer.name))
        cells: dict[str, Cell] = {
            "answer": answer.name,
            "people": answer.here,
            "share": here.value if here else None,
            "interval": span(here.interval) if here else None,
        }
        rows.append(Row(cells | against.cells(group, elsewhere.value if elsewhere else None, judged)))
        if at not in hidden and judged is not None and judged.is_proven and here and elsewhere:
            what = _("%(question)s: %(answer)s", question=question.label, answer=answer.name)
            claim = claims.against_others(what, elsewhere.value, here.value, found=judged, figure=key)
            said.append((abs(judged.value), claim))
    rows = suppression.keep_back(rows, hidden, named_by=("answer",))
    notes += suppression.note(len(hidden))
    said.sort(key=lambda each: -each[0])
    return Figure(
        key=key,
        title=question.label,
        columns=columns,
        rows=rows,
        n=question.known,
        unit=_("members"),
        people=question.known,
        how=_(
            "Of those of the group who told it; Wilson’s interval. The difference to all others with "
            "Newcombe’s interval; p corrected for all answers of all questions (Benjamini and Hochberg)."
        ),
        chart=Chart(
            "bars", x="answer", y="share", low="interval", high="interval", description=question.label
        )
        if question.is_shown and len(rows) > 1
        else None,
        claims=[claim for _size, claim in said[:MOST_CLAIMS]],
        notes=notes,
    )


def _numbers(group: Portrayed) -> Figure | None:
    """The questions whose answers are numbers, with their means; None if there are none."""
    attributes = [each for each in queries.list_attributes() if each.kind == "number"]
    answers = [queries.list_numbers(group.everybody, group.inside, each.id) for each in attributes]
    known = [
        (attribute, here, others)
        for attribute, (here, others) in zip(attributes, answers, strict=True)
        if here
    ]
    if not known:
        return None
    key = f"{group.key}.numbers"
    can_compare = [
        len(here) >= MIN_SHOWN <= len(others) and attribute.key not in group.decided_by
        for attribute, here, others in known
    ]
    judged = claims.judge(
        [
            two_means(_sample(others), _sample(here)) if is_compared else None
            for (_attribute, here, others), is_compared in zip(known, can_compare, strict=True)
        ]
    )
    rows, said = [], []
    for (attribute, here, others), found in zip(known, judged, strict=True):
        label = text_in(attribute.label)
        if len(here) < MIN_SHOWN:
            rows.append(Row({"question": label}, is_hidden=True))
            continue
        theirs = mean(fmean(here), stdev(here), n=len(here))
        elsewhere = fmean(others) if len(others) >= MIN_SHOWN else None
        rows.append(
            Row(
                {
                    "question": label,
                    "n": len(here),
                    "mean": theirs.value if theirs else None,
                    "interval": span(theirs.interval) if theirs else None,
                    **against.cells(group, elsewhere, found),
                }
            )
        )
        if found is not None and found.is_proven and theirs is not None:
            said.append(
                claims.against_others(label, elsewhere, theirs.value, found=found, kind="number", figure=key)
            )
    return Figure(
        key=key,
        title=_("In numbers"),
        columns=(
            Column("question", _("What was asked")),
            Column("n", _("Members"), "count"),
            Column("mean", _("Mean"), "number"),
            Column("interval", _("Interval"), "interval", "mean"),
            *against.columns(group, _("Mean of all others"), kind="number", unit="number"),
        ),
        rows=rows,
        n=group.count,
        unit=_("members"),
        people=group.count,
        how=_("Means with Student’s interval, differences after Welch; p corrected for all numbers."),
        claims=said,
        notes=suppression.note(sum(row.is_hidden for row in rows)),
    )


def _sample(numbers: Sequence[float]) -> Sample:
    return Sample(fmean(numbers), stdev(numbers), len(numbers))
