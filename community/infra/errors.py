"""What can go wrong on purpose: raised anywhere, turned into answers once by the app."""

from collections.abc import Callable
from typing import TypeVar

Row = TypeVar("Row")
# Called by an action with the row that it has locked, before it writes; raises Stale (see `versions`).
Check = Callable[[Row], None]


class Refusal(Exception):
    """A request that is refused; `message` is a (lazily) translated sentence for the person."""

    status = 400

    def __init__(self, message: object = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refusal):
    """Input that cannot be taken; `field` names the form field it belongs to."""

    status = 422


class Stale(Invalid):
    """What was changed is not what its editor had read: nothing is saved before they have seen it."""


def unchecked(_row: object) -> None:
    """The check of those who change something without having read it on a page."""


class NotFound(Refusal):
    """The thing is not there, or this person may not know that it is."""

    status = 404


class Forbidden(Refusal):
    """The person may know of the thing but may not do this with it."""

    status = 403


class Conflict(Refusal):
    """The thing has changed meanwhile, so what was asked no longer makes sense."""

    status = 409


class TooMany(Refusal):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: object = "", *, retry_after: int = 60, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something the site stands on (disk, database, queue) does not answer right now."""

    status = 503
