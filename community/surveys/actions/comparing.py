"""Claims about what will change between two waves: written down, frozen before the change, then measured."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock, jobs
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.surveys import measuring
from community.surveys.measuring import Figures
from community.surveys.models import Comparison, Survey
from community.surveys.queries import comparing as queries
from community.surveys.queries import waves

MOST_HYPOTHESIS = 500
EXPECTS = ("up", "down", "any")


@dataclass(frozen=True)
class Claim:
    """What is claimed to change from one wave to the next; cuts as in results."""

    hypothesis: str
    question_code: str
    metric: str
    options: Sequence[str] = ()
    expects: str = "any"
    cut: str = ""
    untouched_cut: str = ""
    change_on: date | None = None


def write_down(before: Survey, by: Member, claim: Claim) -> Comparison:
    """Write down what should change from this wave to the next; Invalid for what cannot be measured."""
    with unit_of_work() as session:
        before = lock(Survey, before.id)
        _check(before, claim)
        comparison = Comparison(before_id=before.id, created_by_id=by.id)
        _fill(comparison, claim)
        session.add(comparison)
        _note("comparison.written", comparison, by, before, **compare({}, vars(claim)))
        after_commit(jobs.wake)
    return comparison


def rewrite(comparison: Comparison, claim: Claim, *, by: Member | None = None) -> None:
    """Change what is claimed; Conflict once it is frozen."""
    with unit_of_work():
        before = lock(Survey, comparison.before_id)
        comparison = _unfrozen(comparison)
        _check(before, claim)
        was = _claim_of(comparison)
        _fill(comparison, claim)
        comparison.measured_at = None
        _note("comparison.changed", comparison, by, before, **compare(vars(was), vars(claim)))
        after_commit(jobs.wake)


def forget(comparison: Comparison, *, by: Member | None = None) -> None:
    """Drop a claim; Conflict once it is frozen: what was claimed is told, also if it was wrong."""
    with unit_of_work() as session:
        before = lock(Survey, comparison.before_id)
        comparison = _unfrozen(comparison)
        was = vars(_claim_of(comparison))
        _note("comparison.forgotten", comparison, by, before, **compare(was, {}))
        session.delete(comparison)


def freeze(comparison: Comparison, by: Member) -> None:
    """From now on nobody can change the claim; Conflict unless the change is still to come.

    It needs the day of the change, today or later, and no answer of the next wave may be there yet.
    """
    with unit_of_work():
        before = lock(Survey, comparison.before_id)
        comparison = _unfrozen(comparison)
        if comparison.change_on is None:
            raise Invalid(_l("Say on which day the change ships before you freeze this."), field="change_on")
        if comparison.change_on < clock.now().date():
            raise Conflict(
                _l("The change has shipped already: what is claimed now was not claimed before it.")
            )
        after = waves.find_next_wave(before)
        if after is not None and after.opened_at is not None:
            raise Conflict(
                _l("The next wave has opened already: what is claimed now was not claimed before it.")
            )
        comparison.frozen_at, comparison.frozen_by_id = clock.now(), by.id
        record(
            "comparison.frozen",
            subject=comparison,
            actor=by,
            panel_id=before.only_panel_id,
            survey_id=before.id,
        )


def measure_waiting() -> int:
    """Measure the comparisons of two waves of which the second is over; 0 if none waits."""
    pair = queries.find_waiting_pair()
    if pair is None:
        return 0
    return measure_pair(pair.before_id, pair.after_id)


def measure_pair(before_id: int, after_id: int) -> int:
    """Measure all comparisons of two waves together, as their chances are corrected together."""
    comparisons = queries.list_of_pair(before_id)
    found = _found(comparisons, before_id, after_id)
    read = [_claim_of(each) for each in comparisons]
    expects = [each.expects for each in comparisons]
    try:
        with unit_of_work():
            before = lock(Survey, before_id)
            now = queries.lock_comparisons(before_id)
            if [_claim_of(each) for each in now] != read:
                # Somebody has written meanwhile: measured anew at the next wake.
                return 1
            for comparison, figures in zip(now, measuring.conclude(found, expects), strict=True):
                comparison.after_id, comparison.measured_at = after_id, clock.now()
                comparison.result = figures
                record(
                    "comparison.measured",
                    subject=comparison,
                    actor=None,
                    panel_id=before.only_panel_id,
                    survey_id=after_id,
                    verdict=figures.get("verdict", ""),
                )
    except NotFound:
        return 0
    return 1


def measure_anew(survey: Survey) -> None:
    """Have the comparisons that this wave's answers are part of measured again."""
    with unit_of_work():
        for before_id in queries.list_ids_around(survey):
            for comparison in queries.lock_comparisons(before_id):
                comparison.measured_at = None
        after_commit(jobs.wake)


def _note(kind: str, comparison: Comparison, by: Member | None, survey: Survey, **data: Any) -> None:
    record(kind, subject=comparison, actor=by, panel_id=survey.only_panel_id, survey_id=survey.id, **data)


def _found(comparisons: Collection[Comparison], before_id: int, after_id: int) -> list[Figures]:
    found = []
    for each in comparisons:
        first, second = (
            queries.list_scores(
                survey_id, each.question_code, metric=each.metric, options=frozenset(each.options)
            )
            for survey_id in (before_id, after_id)
        )
        found.append(
            measuring.measure(
                first, second, metric=each.metric, cut=each.cut, untouched_cut=each.untouched_cut
            )
        )
    return found


def _claim_of(comparison: Comparison) -> Claim:
    return Claim(
        hypothesis=comparison.hypothesis,
        question_code=comparison.question_code,
        metric=comparison.metric,
        options=tuple(comparison.options),
        expects=comparison.expects,
        cut=comparison.cut,
        untouched_cut=comparison.untouched_cut,
        change_on=comparison.change_on,
    )


def _unfrozen(comparison: Comparison) -> Comparison:
    comparison = lock(Comparison, comparison.id)
    if comparison.frozen_at is not None:
        raise Conflict(_l("This is frozen: it stays as it was written down before the change."))
    return comparison


def _check(before: Survey, claim: Claim) -> None:
    if not claim.hypothesis or len(claim.hypothesis) > MOST_HYPOTHESIS:
        raise Invalid(
            _l("Say in at most %(max)d characters what you expect.", max=MOST_HYPOTHESIS), field="hypothesis"
        )
    tracked = next(
        (each for each in queries.list_tracked(before) if each.asked.code == claim.question_code), None
    )
    if tracked is None:
        raise Invalid(_l("This question cannot be tracked."), field="question_code")
    if claim.metric not in tracked.metrics:
        raise Invalid(_l("Choose how the answers to this question are measured."), field="metric")
    known = {key for key, _text in measuring.choices_of(tracked.asked)}
    if claim.metric == "share" and not (claim.options and set(claim.options) < known):
        message = _l("Choose whose share you mean: at least one answer, and not all of them.")
        raise Invalid(message, field="options")
    if claim.expects not in EXPECTS:
        raise Invalid(_l("Please choose one of the options."), field="expects")
    cuts = {cut.key for cut in queries.list_cuts(before, locale="en")}
    for name, cut in (("cut", claim.cut), ("untouched_cut", claim.untouched_cut)):
        if cut and cut not in cuts:
            raise Invalid(_l("Please choose one of the options."), field=name)
    if claim.untouched_cut and claim.untouched_cut == claim.cut:
        message = _l("Those whom the change reaches and those whom it does not cannot be the same.")
        raise Invalid(message, field="untouched_cut")
    if claim.untouched_cut and not claim.cut:
        message = _l("Say whom the change reaches: everybody includes those whom it does not.")
        raise Invalid(message, field="cut")


def _fill(comparison: Comparison, claim: Claim) -> None:
    comparison.hypothesis, comparison.question_code = claim.hypothesis, claim.question_code
    comparison.metric, comparison.expects = claim.metric, claim.expects
    comparison.options = list(claim.options) if claim.metric == "share" else []
    comparison.cut, comparison.untouched_cut = claim.cut, claim.untouched_cut
    comparison.change_on = claim.change_on
