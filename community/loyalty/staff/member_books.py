"""All that the books hold about one member."""

from flask import Response

from community.infra.paging import after_id
from community.infra.web import argument, page, viewer
from community.loyalty import booking_words, policy
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.queries import adjustments
from community.loyalty.queries import member_books as queries
from community.loyalty.queries.books import balances_of
from community.loyalty.staff.access import blueprint, only_who_run_it
from community.members.queries import get_member


@blueprint.get("/members/<int:member_id>")
def member_books(member_id: int) -> Response:
    """Balances, lots, what is set aside and owed, and every movement with its rule and version."""
    only_who_run_it()
    before = after_id(argument("before"))
    return page(
        "loyalty/staff/member_books.html",
        member=get_member(member_id),
        balances=balances_of(member_id),
        lots=queries.list_lots(member_id),
        holds=queries.list_open_holds(member_id),
        debts=queries.list_debts(member_id),
        tier_steps=queries.list_tier_steps(member_id),
        waiting=[row for row in adjustments.list_of_member(member_id) if row.state == "waiting"],
        movements=queries.list_movements(member_id, before=before),
        is_first=not before,
        words=booking_words,
        contributions=CONTRIBUTIONS,
        can_adjust=policy.can_adjust(viewer(), member_id),
    )
