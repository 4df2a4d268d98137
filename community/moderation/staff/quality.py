"""How well moderation does, for those who do it."""

from flask import Response

from community.infra import clock, web
from community.infra.web import viewer
from community.moderation import quality as measures
from community.moderation.queries import quality as queries
from community.moderation.staff.access import blueprint


@blueprint.get("/quality")
def quality() -> Response:
    """Decisions taken back and time to decision, over all and for each moderator."""
    asked = web.argument("days")
    days = int(asked) if asked in map(str, measures.PERIODS) else measures.PERIODS[1]
    since = clock.ago(days=days)
    cases = queries.list_cases(viewer(), since=since)
    by_moderator = measures.by_moderator(cases)
    by_flags = by_moderator.pop(None, None)
    names = queries.names_of(by_moderator)
    return web.page(
        "moderation/staff/quality.html",
        days=days,
        periods=measures.PERIODS,
        overall=measures.figures(case for case in cases if case.moderator_id is not None),
        by_flags=by_flags,
        people=sorted(
            ((names[number], figures) for number, figures in by_moderator.items() if number in names),
            key=lambda person: (-person[1].decided, person[0]),
        ),
        appeals=queries.count_appeals(viewer(), since=since),
    )
