"""The doctor: looks at all that the site stands on, and says what is wrong and how to mend it."""

from collections.abc import Callable, Iterable, Iterator

from community.infra import logs
from community.operating.queries import ready
from community.operating.queries.doctor import (
    address,
    backlog,
    database,
    doors,
    mailing,
    people,
    storage,
    worker,
)
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

__all__ = ["CHECKS", "Check", "Finding", "broken", "fine", "look", "warning"]

Check = Callable[[], Iterable[Finding]]

# In the order of what stands on what.
CHECKS: tuple[Check, ...] = (
    address.check_base_url,
    address.check_proxies,
    address.check_secret,
    address.check_limits,
    storage.check_folders,
    storage.check_secret_file,
    storage.check_settings_file,
    mailing.check_sender,
    mailing.check_server,
    worker.check_queue,
    doors.check_provider,
    people.check_languages,
)
# These ask the database, and are left out when it does not answer.
DATABASE_CHECKS: tuple[Check, ...] = (
    database.check_tables,
    database.check_writing,
    database.check_settings,
    database.check_clock,
    worker.check_worker,
    backlog.check_backlog,
    backlog.check_books,
    people.check_administrators,
    doors.check_sealed,
    doors.check_left_roles,
    doors.check_duty,
)


def look(more: Iterable[Check] = ()) -> Iterator[Finding]:
    """All findings, one after the other; `more` are checks of what stands above this room."""
    yield from _found(database.check_connection)
    if ready.database_answers():
        for check in DATABASE_CHECKS:
            yield from _found(check)
    for check in (*CHECKS, *more):
        yield from _found(check)


def _found(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - one check that fails says so and leaves the others alone
        name = check.__name__.removeprefix("check_").replace("_", " ")
        yield broken(name, f"It could not be looked at: {logs.told_safely(error)}.", "Mend that first.")
