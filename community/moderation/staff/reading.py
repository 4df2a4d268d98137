"""When a moderator was given to read what they decide about, as their page says it."""

from datetime import datetime

from flask import request


def read_at() -> datetime | None:
    """The moment at which the page was made from which this was sent; None if it does not say."""
    try:
        moment = datetime.fromisoformat(request.values.get("read", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
