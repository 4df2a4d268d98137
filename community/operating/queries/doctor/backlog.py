"""Is anything left undone, and do the books of points agree?"""

from collections.abc import Iterator

from community.infra import clock
from community.loyalty.queries import books
from community.operating.queries import backlog
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

_LATE_SECONDS = 600


def check_backlog() -> Iterator[Finding]:
    """What waits for too long, and what was given up."""
    found = backlog.count_backlog()
    now = clock.now()
    troubles = {
        "reactions": (
            f"{found.reactions_set_aside} reactions failed at every try."
            if found.reactions_set_aside
            else "",
            "Read why under Staff area → Owed work, and try them again from there.",
        ),
        "late reactions": (
            f"{found.reactions_owed} reactions are owed, the first for too long."
            if backlog.seconds_since(found.reactions_due_since, now=now) > _LATE_SECONDS
            else "",
            "Start another worker with `flask work`, or look in the log for what holds it up.",
        ),
        "texts": (
            f"{found.texts_failed} texts could not be read." if found.texts_failed else "",
            "Look at them under Staff area → Feedback.",
        ),
        "mails": (
            f"{found.mails_failed} mails of the last 30 days were given up." if found.mails_failed else "",
            "Look in the log for what the mail server said.",
        ),
    }
    for name, (said, mend) in troubles.items():
        if said:
            yield warning(name, said, mend)
    if not any(said for said, _mend in troubles.values()):
        yield fine("backlog", "Nothing waits for too long, and nothing was given up.")


def check_books() -> Iterator[Finding]:
    """Whether the last look through the books found them in order."""
    if books.payouts_stopped():
        yield broken(
            "books",
            "The points do not add up, so nothing is paid out.",
            "Staff area → Rewards → Books says what does not agree; docs/operating.md says what to do.",
        )
    else:
        yield fine("books", "The points add up.")
