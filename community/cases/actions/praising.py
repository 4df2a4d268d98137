"""Pass kind words on to those they praise."""

from community.activity.actions import record
from community.cases import policy, praised, summary
from community.cases.dealing import Hands, Wish
from community.cases.models import Praise
from community.cases.queries import praise as queries
from community.feedback.actions import advance
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import unit_of_work


def pass_on(item: FeedbackItem, *, rule_id: int | None, wish: Wish | None, hands: Hands) -> list[int]:
    """Pass a locked item on, inside the caller's unit of work, once to each; says to whom it went now.

    It goes to the staff it names; else to those who have answered its author lately; else to the owners of
    its topic; else to whom the rule names. Nobody is praised with their own words.
    """
    with unit_of_work() as session:
        known = queries.list_passed_on_to(item.id)
        new = [member_id for member_id in _whom(item, wish, hands) if member_id not in known]
        if not new:
            return []
        now = clock.now()
        session.add_all(
            Praise(item_id=item.id, member_id=member_id, rule_id=rule_id, passed_on_at=now)
            for member_id in new
        )
        advance([item.id], "with_person")
        record(
            "praise.passed_on",
            subject=item,
            actor=None,
            panel_id=item.panel_id,
            title=summary.title_of(item),
            to_ids=new,
        )
    return new


def _whom(item: FeedbackItem, wish: Wish | None, hands: Hands) -> list[int]:
    able = {
        member_id: member
        for member_id, member in hands.staff.items()
        if policy.can_own_cases(member, item.panel_id) and member_id != item.author_id
    }
    team = hands.teams.get(wish.team_id or 0) if wish is not None else None
    of_rule = [wish.owner_id if wish is not None else None, *(team.order() if team is not None else ())]
    for found in (
        praised.named_in(item.full_text, able.values()),
        queries.list_who_answered(item.author_id),
        hands.owners_of(item.topic_id),
        of_rule,
    ):
        members = [member_id for member_id in dict.fromkeys(found) if member_id in able]
        if members:
            return members
    return []
