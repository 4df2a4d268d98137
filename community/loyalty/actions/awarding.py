"""Thanks for contributions: points that wait or are given, accepted, denied or taken back.

Whoever changes a member's points holds the lock of their wallet first, several in the order of member ids.
So limits hold also when two contributions of one member are thanked for at the same moment.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.activity.models import Activity
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid, Refusal
from community.loyalty import earning, reasons
from community.loyalty.actions import award_steps as steps
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.earning import Amount
from community.loyalty.models import Award, Programme
from community.loyalty.queries import awards as queries
from community.loyalty.queries import limits
from community.loyalty.queries import rules as rule_queries
from community.loyalty.queries.awards import Source
from community.loyalty.queries.programme import PROGRAMME_ID, programme
from community.members.models import Member

logger = logging.getLogger(__name__)

# So many members are thanked in one transaction.
BATCH = 20
TITLE_MOST = 160
# Taking back frees the limits. Who could have it again besides what they earned meanwhile would have none.
BROUGHT_BACK_BY_MEMBERS = ("withdrawn", "support_withdrawn")


@dataclass(frozen=True)
class _Thanks:
    """What somebody is thanked for, by which rule."""

    rule: str
    source: Source
    title: str
    path: str
    panel_id: int | None = None
    points: int | None = None
    counterpart_id: int | None = None


def thank(
    rule: str,
    *,
    member_id: int,
    source: Source,
    title: str,
    path: str,
    panel_id: int | None = None,
    points: int | None = None,
    counterpart_id: int | None = None,
) -> Award | None:
    """Give a member points for a contribution, once; None where nothing is given for it, or not to them.

    `points` is for rules whose source says how much. Over a limit the award has no points, and says why.
    """
    thanks = _Thanks(rule, source, title, path, panel_id, points, counterpart_id)
    return _thank(thanks, [member_id]).get(member_id)


def thank_all(
    rule: str,
    member_ids: Collection[int],
    *,
    source: Source,
    title: str,
    path: str,
    panel_id: int | None = None,
) -> None:
    """Thank many members for one thing: in portions, each in a transaction of its own, after this one."""
    _check(_Thanks(rule, source, title, path))
    ordered = sorted(set(member_ids))
    with unit_of_work():
        version = rule_queries.standing(rule)
        if not (version.is_on and programme().is_open):
            return
        for start in range(0, len(ordered), BATCH):
            record(
                "thanks.owed",
                subject=version,
                actor=None,
                panel_id=panel_id,
                member_ids=ordered[start : start + BATCH],
                source=list(source),
                title=title,
                path=path,
            )


def thank_portion(activity: Activity) -> None:
    """Thank the members of one portion."""
    data = activity.data
    thanks = _Thanks(
        rule_queries.get_version(activity.subject_id).rule,
        (data["source"][0], data["source"][1]),
        data["title"],
        data["path"],
        activity.panel_id,
    )
    _thank(thanks, data["member_ids"])


def note_support(source: Source, *, count: int) -> None:
    """So many members who count stand behind it: what waits for no more of them is accepted."""
    with unit_of_work():
        for award in steps.lock_of(source, states=("pending",)):
            needed = award.version.supporters_needed
            if needed is not None and count >= needed:
                steps.mature(award, reason="supported", by=None)


def accept(source: Source, *, reason: str, by: Member | None = None) -> None:
    """Give all that waits for this contribution."""
    _check_reason(reason, reasons.GIVEN)
    with unit_of_work():
        for award in steps.lock_of(source, states=("pending",)):
            steps.mature(award, reason=reason, by=by)


def wait_for_a_person(source: Source) -> None:
    """Something speaks against it: what waits is not given by time alone until `wait_as_usual`."""
    with unit_of_work():
        for award in steps.lock_of(source, states=("pending",)):
            award.waits_until = None


def wait_as_usual(source: Source) -> None:
    """Nothing speaks against it any more: what waits is given when its time is over."""
    with unit_of_work():
        for award in steps.lock_of(source, states=("pending",)):
            steps.let_time_pass(award)


def take_back(
    source: Source,
    *,
    reason: str,
    by: Member | None = None,
    note: str = "",
    rules: Collection[str] | None = None,
    only_waiting: bool = False,
) -> None:
    """The contribution is gone: what waits is denied, and what was given is taken back, or stays given."""
    _check_reason(reason, reasons.TAKEN)
    states = ("pending",) if only_waiting else ("pending", "matured")
    with unit_of_work():
        for award in steps.lock_of(source, states=states, rules=rules):
            steps.end(award, reason=reason, by=by, note=note)


def give_again(source: Source, *, reasons_undone: Collection[str], by: Member | None = None) -> None:
    """The contribution is back: what was taken back for these reasons is given once more.

    It is a further round of the same award, of as many points as before, and uses no limit anew; but what
    members bring back themselves is earned at this moment, within its limits.
    """
    with unit_of_work():
        for award in steps.lock_of(source, states=("denied", "clawed_back")):
            newest = queries.list_given(award.rule, source, [award.member_id])[award.member_id]
            if newest.id != award.id or award.reason not in reasons_undone:
                continue
            if award.reason in BROUGHT_BACK_BY_MEMBERS:
                steps.begin_again(award, _amount_by_now(award))
            else:
                steps.repeat(award, by=by)


def approve(awards: Sequence[Award], *, by: Member) -> int:
    """Staff accept awards that wait; says how many, as others may have decided about some meanwhile."""
    with unit_of_work():
        waiting = steps.lock_these([award.id for award in awards])
        for award in waiting:
            steps.mature(award, reason="approved", by=by)
    return len(waiting)


def deny(awards: Sequence[Award], *, by: Member, note: str) -> int:
    """Staff deny awards that wait, with words for the member; says how many."""
    if not note.strip():
        raise Invalid(_l("Please say why. The member reads it."), field="note")
    with unit_of_work():
        waiting = steps.lock_these([award.id for award in awards])
        for award in waiting:
            steps.end(award, reason="denied", by=by, note=note.strip())
    return len(waiting)


def mature_waiting() -> int:
    """Give what has waited long enough, one award after the other; says how many."""
    matured, after = 0, 0
    while ids := queries.list_due_ids(after=after, limit=BATCH):
        after = ids[-1]
        for award_id in ids:
            try:
                matured += _mature_due(award_id)
            except (Refusal, SQLAlchemyError):
                # One member's books that do not add up hold up nobody else's; the daily check finds them.
                logger.exception("award %s did not mature", award_id)
    return matured


def _mature_due(award_id: int) -> int:
    with unit_of_work():
        due = steps.lock_these([award_id])
        for award in due:
            steps.mature(award, reason="waited", by=None)
    return len(due)


def _thank(thanks: _Thanks, member_ids: Sequence[int]) -> dict[int, Award]:
    """What each of the members was given for it, now or before."""
    _check(thanks)
    with unit_of_work():
        settings, version = programme(), rule_queries.standing(thanks.rule)
        base = (thanks.points if version.points is None else version.points) or 0
        if not (settings.is_open and version.is_on and base + version.first_bonus):
            return queries.list_given(thanks.rule, thanks.source, member_ids)
        payable = [member.id for member in queries.list_payable(member_ids) if version.gives_to(member)]
        steps.lock_wallets(payable)
        given = queries.list_given(thanks.rule, thanks.source, member_ids)
        fresh = [member_id for member_id in payable if member_id not in given]
        if not fresh:
            return given
        past = limits.list_past(fresh, version=version, counterpart_id=thanks.counterpart_id)
        budget_left = _budget_left(settings)
        for member_id in fresh:
            amount = earning.amount(
                base,
                version=version,
                programme=settings,
                past=past[member_id],
                budget_left=budget_left,
            )
            if budget_left is not None:
                budget_left -= amount.points
            given[member_id] = steps.begin(
                Award(
                    member_id=member_id,
                    rule=thanks.rule,
                    version=version,
                    source_type=thanks.source[0],
                    source_id=thanks.source[1],
                    panel_id=thanks.panel_id,
                    counterpart_id=thanks.counterpart_id,
                    title=thanks.title[:TITLE_MOST],
                    path=thanks.path,
                    points=amount.points,
                    bonus=amount.bonus,
                    limited_by=amount.limited_by,
                )
            )
    return given


def _amount_by_now(award: Award) -> Amount:
    """What an award that was taken back gives at this moment; the wallet of its member is locked."""
    settings = programme()
    return earning.once_more(
        Amount(award.points, award.bonus, award.limited_by),
        version=award.version,
        programme=settings,
        past=limits.list_past([award.member_id], version=award.version, counterpart_id=award.counterpart_id)[
            award.member_id
        ],
        budget_left=_budget_left(settings),
    )


def _budget_left(settings: Programme) -> int | None:
    if settings.budget_per_month is None:
        return None
    # The budget is everybody's: whoever draws on it waits here for the others, behind their wallets.
    budget = lock(Programme, PROGRAMME_ID).budget_per_month
    month = clock.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return None if budget is None else budget - limits.points_since(month)


def _check(thanks: _Thanks) -> None:
    """What is thanked for stands in the table of contributions: nothing else can give points."""
    contribution = CONTRIBUTIONS[thanks.rule]
    if thanks.source[0] not in contribution.sources:
        raise ValueError(f"{thanks.rule} is not given for a {thanks.source[0]}")
    if (thanks.points is not None) != contribution.is_priced_by_source:
        origin = "its source" if contribution.is_priced_by_source else "its rule"
        raise ValueError(f"{thanks.rule} has its points from {origin}")


def _check_reason(reason: str, known: Mapping[str, object]) -> None:
    if reason not in known:
        raise ValueError(f"{reason} is no reason of reasons.py")
