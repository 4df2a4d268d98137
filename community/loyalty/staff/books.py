"""The looks through the books: what the newest found, those before it, and one right now."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.web import page, say, see_other, viewer
from community.loyalty import booking_words
from community.loyalty.actions.checking import check_books
from community.loyalty.models import MEMBER_ACCOUNTS, PROGRAM_ACCOUNTS
from community.loyalty.queries import checks
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/books")
def books() -> Response:
    """Whether the books add up, what they hold, and what does not agree."""
    only_who_run_it()
    looks = checks.list_newest()
    newest = looks[0] if looks else None
    concerned = {found["member_id"] for found in newest.mismatches} - {None} if newest is not None else set()
    return page(
        "loyalty/staff/books.html",
        newest=newest,
        looks=looks,
        names=checks.get_names(concerned),
        accounts=(*MEMBER_ACCOUNTS, *PROGRAM_ACCOUNTS),
        words=booking_words,
    )


@blueprint.post("/books/checks")
def check() -> BaseResponse:
    """Look through the books now; what is found stands on their page."""
    only_who_run_it()
    found = check_books(by=viewer())
    if found.is_balanced:
        say(_("Everything adds up."))
    return see_other("loyalty_staff.books")
