"""Computing results anew: claimed for a while, read and counted outside of any lock, written at once."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlalchemy.orm import Session

from community.infra import clock
from community.infra.db import db, lock, table_of, unit_of_work
from community.infra.errors import NotFound
from community.statistics.intervals import MIN_SHOWN
from community.surveys import tallies, weighting
from community.surveys.models import Response, Survey, Tally
from community.surveys.queries import tallying as queries
from community.surveys.queries.tallying import MEMBERS_CUT, PEOPLE_CUT, Asked, Counting
from community.surveys.tallies import live, splits
from community.surveys.tallies.sums import Answered, Marked

logger = logging.getLogger(__name__)

# How long a worker may be silent before another takes the survey over.
LEASE = timedelta(minutes=10)
# Computing takes at most one part in so many of a worker's time, however fast answers come in.
PAUSE_TIMES = 20
PAUSES = (timedelta(seconds=1), timedelta(minutes=10))

_responses = table_of(Response)
_WEIGH = (
    update(_responses)
    .where(_responses.c.id == bindparam("response_id"))
    .values(weight=bindparam("new_weight"))
)
_UNWEIGH = (
    update(_responses)
    .where(
        _responses.c.survey_id == bindparam("of_survey"),
        _responses.c.weight.is_not(None),
        or_(_responses.c.state != "completed", _responses.c.excluded_at.is_not(None)),
    )
    .values(weight=None)
)


class Row(NamedTuple):
    """A result to be stored."""

    question_id: int
    cut: str
    n: int
    data: dict[str, Any]


@dataclass
class Work:
    """What a worker has claimed, and what it found out."""

    survey_id: int
    # The change up to which everything is counted, and the claim: whoever finds another value has lost it.
    changed_at: datetime
    claimed_until: datetime
    population: int | None
    responses: list[Counting] = field(default_factory=list)
    weights: tuple[float, ...] | None = None
    weighting: dict[str, Any] | None = None
    rows: list[Row] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    failed: list[int] = field(default_factory=list)


def recompute_waiting() -> int:
    """Compute the results of one survey whose answers have changed; 0 if none is due.

    Each change is computed once however many workers ask, and soon, but not for every single answer: the
    longer it takes, the longer the pause before the next time.
    """
    if not queries.is_any_due():
        return 0
    work = _claim()
    if work is None:
        return 0
    started = time.perf_counter()
    _count(work)
    # Nothing is held open while the results are written.
    db.session.rollback()
    try:
        _write(work, seconds=time.perf_counter() - started)
    except NotFound:
        logger.info("survey %s was deleted while it was counted", work.survey_id)
    return 1


def _claim() -> Work | None:
    with unit_of_work():
        survey = queries.find_due()
        if survey is None or survey.answers_changed_at is None:
            return None
        survey.tally_due_at = clock.now() + LEASE
        population = queries.count_asked(survey) if survey.sampling == "everyone" else None
        return Work(survey.id, survey.answers_changed_at, survey.tally_due_at, population)


def _count(work: Work) -> None:
    work.responses = queries.list_counting(work.survey_id)
    _weigh(work)
    weights = work.weights or (1.0,) * len(work.responses)
    weight_of = {each.id: weight for each, weight in zip(work.responses, weights, strict=True)}
    groups = _groups(work.responses)
    for asked in queries.list_asked(work.survey_id):
        question_id = asked.counted.id
        try:
            if asked.counted.kind in tallies.LIVE_KINDS:
                found = list(_count_votes(asked, weight_of, is_weighted=work.weights is not None))
            else:
                found = list(_count_answers(work, asked, weight_of, groups))
        except Exception:
            # One question that cannot be counted holds up none of the others; its last results stay.
            logger.exception("question %s of survey %s cannot be counted", question_id, work.survey_id)
            work.failed.append(question_id)
            db.session.rollback()
        else:
            work.rows += found
            work.done.add(question_id)


def _weigh(work: Work) -> None:
    survey = db.session.get(Survey, work.survey_id)
    targets = queries.find_targets(survey) if survey is not None else None
    if targets is None:
        return
    found = weighting.weigh([each.profile for each in work.responses], targets.margins)
    work.weights = found.weights
    work.weighting = found.report | {"targets_id": targets.id}


def _groups(responses: Sequence[Counting]) -> dict[str, dict[str, frozenset[int]]]:
    """For each way to split, the people of each group by its cut; ways with a single group are none."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for response in responses:
        for key, options in response.profile.items():
            way = "panel" if key == "panel" else f"attribute:{key}"
            for option in options:
                found[way][f"{way}={option}"].add(response.id)
    return {
        way: {cut: frozenset(people) for cut, people in sorted(groups.items())}
        for way, groups in sorted(found.items())
        if len(groups) > 1
    }


def _count_answers(
    work: Work,
    asked: Asked,
    weight_of: Mapping[int, float],
    groups: Mapping[str, Mapping[str, frozenset[int]]],
) -> Iterator[Row]:
    counted, is_weighted = asked.counted, work.weights is not None
    answered = [
        Answered(person, value, weight_of[person])
        for person, value in queries.read_answers(counted.id)
        if person in weight_of
    ]
    if len(answered) < MIN_SHOWN:
        yield Row(counted.id, "", len(answered), {"hidden": "few"})
        return
    tally = tallies.of(counted.kind)
    population = None
    if work.population is not None and asked.is_for_all:
        # Who has left the panel since they answered was asked as well.
        population = max(work.population, len(work.responses))
    marked = Marked(tally, counted)
    whole = tally.tally(counted, answered, marked=marked, is_weighted=is_weighted, population=population)
    yield Row(counted.id, "", len(answered), whole)
    for people in groups.values():
        yield from _count_groups(marked, answered, people, is_weighted=is_weighted)


def _count_groups(
    marked: Marked,
    answered: Sequence[Answered],
    people: Mapping[str, frozenset[int]],
    *,
    is_weighted: bool,
) -> Iterator[Row]:
    counted = marked.asked
    members = {cut: [one for one in answered if one.person in inside] for cut, inside in people.items()}
    sizes = {cut: len(group) for cut, group in members.items() if group}
    is_parted = sum(map(len, people.values())) == len(frozenset().union(*people.values()))
    hidden = splits.hidden_groups(len(answered), sizes, is_parted=is_parted)
    for cut, why in hidden.items():
        yield Row(counted.id, cut, sizes[cut], {"hidden": why})
    shown = {cut: members[cut] for cut in sizes if cut not in hidden}
    differs = splits.differences(marked, answered, shown, is_weighted=is_weighted)
    for cut, group in shown.items():
        data = marked.kind.tally(counted, group, marked=marked, is_weighted=is_weighted, is_cut=True)
        yield Row(counted.id, cut, len(group), data | {"differs": differs[cut]})


def _count_votes(asked: Asked, weight_of: Mapping[int, float], *, is_weighted: bool) -> Iterator[Row]:
    question_id = asked.counted.id
    if asked.counted.kind == "pairwise":
        choices = [each for each in queries.read_choices(question_id) if each.person in weight_of]
        n = len({each.person for each in choices})
        if n < MIN_SHOWN:
            yield Row(question_id, "", n, {"hidden": "few"})
            return
        items = queries.list_contenders(question_id)
        weights = weight_of if is_weighted else None
        yield Row(question_id, "", n, live.rank_ideas(choices, items=items, weights=weights))
        return
    votes = [each for each in queries.read_votes(question_id) if each.person in weight_of]
    n = len({each.person for each in votes})
    if n < MIN_SHOWN:
        yield Row(question_id, "", n, {"hidden": "few"})
        return
    states = queries.list_statements(question_id)
    mapped = live.map_opinions(
        votes,
        statements=list(states),
        out=[statement for statement, state in states.items() if state == "out"],
        seed=question_id,
        before=queries.get_people(question_id),
    )
    yield Row(question_id, "", n, mapped.figures)
    yield Row(question_id, PEOPLE_CUT, n, mapped.people)


def _write(work: Work, *, seconds: float) -> None:
    with unit_of_work() as session:
        survey = lock(Survey, work.survey_id)
        if survey.tally_due_at != work.claimed_until:
            # So slow that another worker took over; what that one finds is newer.
            return
        _replace(session, work)
        _show_members(session, work)
        _write_weights(session, work)
        survey.summary = {**survey.summary, **_summary(work, seconds)}
        survey.tallied_at = work.changed_at
        pause = min(max(PAUSES[0], timedelta(seconds=PAUSE_TIMES * seconds)), PAUSES[1])
        survey.tally_due_at = clock.now() + pause


def _replace(session: Session, work: Work) -> None:
    session.execute(delete(Tally).where(Tally.question_id.in_(work.done), Tally.cut != MEMBERS_CUT))
    now = clock.now()
    if work.rows:
        session.execute(insert(Tally), [{**row._asdict(), "computed_at": now} for row in work.rows])


def _show_members(session: Session, work: Work) -> None:
    """Let members see the plain figures of those questions of which they may see newer ones.

    What stands between two readings is as many answers as may be shown by themselves, also when the survey
    closes: else the few that came last could be worked out.
    """
    seen = queries.list_seen(work.done)
    # What is hidden takes nothing away: what comes after it is measured by what was seen last.
    whole = [row for row in work.rows if row.cut == "" and "hidden" not in row.data]
    news = [
        {
            "question_id": row.question_id,
            "cut": MEMBERS_CUT,
            "n": row.n,
            "data": {"plain": row.data.get("plain")},
            "computed_at": work.changed_at,
        }
        for row in whole
        if row.question_id not in seen or abs(row.n - seen[row.question_id]) >= MIN_SHOWN
    ]
    if news:
        ids = [each["question_id"] for each in news]
        session.execute(delete(Tally).where(Tally.question_id.in_(ids), Tally.cut == MEMBERS_CUT))
        session.execute(insert(Tally), news)


def _write_weights(session: Session, work: Work) -> None:
    """The weight of each response that counts, where it is another than before; those of others go."""
    new = work.weights or (None,) * len(work.responses)
    changed = [
        {"response_id": each.id, "new_weight": weight}
        for each, weight in zip(work.responses, new, strict=True)
        if each.weight != weight
    ]
    if changed:
        session.connection().execute(_WEIGH, changed)
    session.execute(_UNWEIGH, {"of_survey": work.survey_id})


def _summary(work: Work, seconds: float) -> dict[str, Any]:
    times = [each.seconds for each in work.responses]
    finished = [each.completed_at for each in work.responses if each.completed_at]
    return {
        "n": len(work.responses),
        "median_seconds": median(times) if times else None,
        "first_at": min(finished).isoformat() if finished else None,
        "last_at": max(finished).isoformat() if finished else None,
        "population": max(work.population, len(work.responses)) if work.population is not None else None,
        "weighting": work.weighting,
        "splits": sorted({row.cut.partition("=")[0] for row in work.rows if "=" in row.cut}),
        "failed": work.failed,
        "seconds": round(seconds, 3),
    }
