"""A member's own points: what they have, what comes, what goes, and every line of how it came to be."""

from collections.abc import Iterator

from flask import Response, current_app
from flask_babel import gettext as _

from community.infra import clock, paging, web
from community.infra.language import show_date
from community.infra.spreadsheet import Cell, csv_lines
from community.loyalty import statement_lines
from community.loyalty.queries import books, expiry, mine, tiers
from community.loyalty.queries import statement as lines
from community.loyalty.queries.programme import is_open
from community.loyalty.views import blueprint
from community.members.models import Member

LATEST = 5
# What gave nothing is told of for so long.
UNCOUNTED_DAYS = 30


@blueprint.get("/me/points")
def points() -> Response:
    """What the member has, what waits and why, what expires, and their tier; closed or not."""
    member = web.viewer()
    expiring, expiring_later = expiry.list_expiring(member.id)
    return web.page(
        "loyalty/points.html",
        balances=books.balances_of(member.id),
        is_open=is_open(),
        standing=tiers.standing_of(member.id),
        pending=mine.list_pending(member),
        uncounted=mine.list_uncounted(member, since=clock.ago(days=UNCOUNTED_DAYS)),
        expiring=expiring,
        expiring_later=expiring_later,
        lines=lines.list_lines(member, limit=LATEST).items,
        words=statement_lines,
    )


@blueprint.get("/me/points/statement")
def statement() -> Response:
    """Every line, the newest first."""
    member = web.viewer()
    before = paging.after_id(web.argument("before"))
    return web.page(
        "loyalty/statement.html",
        balances=books.balances_of(member.id),
        stretch=lines.list_lines(member, before=before),
        is_newest=not before,
        words=statement_lines,
    )


@blueprint.get("/me/points/statement.csv")
def statement_file() -> Response:
    """Every line as a table."""
    # Not streamed: a slow reader would hold a connection to the database all the while.
    response = Response("".join(csv_lines(_table(web.viewer()))), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="points.csv")
    return response


def _table(member: Member) -> Iterator[list[Cell]]:
    yield [
        _("Line"),
        _("Date"),
        _("Points"),
        _("Balance after"),
        _("What for"),
        _("More"),
        _("Rule"),
        _("Link"),
    ]
    for line in lines.each_line(member):
        yield [
            line.id,
            show_date(line.at, "short"),
            line.amount,
            line.balance_after,
            statement_lines.sentence(line),
            " ".join(statement_lines.more(line)),
            statement_lines.rule_in_words(line),
            _address(statement_lines.path_of(line)),
        ]


def _address(path: str) -> str:
    return f"{current_app.config['BASE_URL']}{path}" if path else ""
