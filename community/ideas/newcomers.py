"""What a member may do on the first day: enough to say what they came to say, too little to flood a panel."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from community.infra.errors import Invalid, TooMany

FIRST_DAY = timedelta(days=1)
IDEAS = 3
COMMENTS = 10
BETWEEN_IDEAS = timedelta(minutes=2)
LINKS = 2
IMAGES = 1

_LINK = re.compile(r"(?:https?://|\bwww\.)", re.I)


def is_newcomer(joined_at: datetime, *, now: datetime) -> bool:
    """Whether a member is in their first day."""
    return now - joined_at < FIRST_DAY


def check_idea(published_at: Sequence[datetime], *, now: datetime, body: str, image_count: int) -> None:
    """Refuse a newcomer's idea that is one too many, too soon, or full of links and pictures."""
    check_links(body)
    if image_count > IMAGES:
        raise Invalid(
            _ln(
                "On your first day you can add %(num)d picture to an idea. You can add more tomorrow.",
                "On your first day you can add %(num)d pictures to an idea. You can add more tomorrow.",
                IMAGES,
            ),
            field="images",
        )
    recent = [at for at in published_at if now - at < FIRST_DAY]
    if len(recent) >= IDEAS:
        raise TooMany(
            _l("On your first day you can share %(most)d ideas. Keep this one for tomorrow.", most=IDEAS),
            retry_after=_seconds(min(recent) + FIRST_DAY - now),
        )
    if recent and now - max(recent) < BETWEEN_IDEAS:
        wait = _seconds(max(recent) + BETWEEN_IDEAS - now)
        raise TooMany(
            _l("That was quick. Please wait %(seconds)d seconds before your next idea.", seconds=wait),
            retry_after=wait,
        )


def check_comment(written_at: Sequence[datetime], *, now: datetime, body: str) -> None:
    """Refuse a newcomer's comment that is one too many or full of links."""
    check_links(body)
    recent = [at for at in written_at if now - at < FIRST_DAY]
    if len(recent) >= COMMENTS:
        raise TooMany(
            _l("On your first day you can write %(most)d comments. You can go on tomorrow.", most=COMMENTS),
            retry_after=_seconds(min(recent) + FIRST_DAY - now),
            field="body",
        )


def check_links(body: str) -> None:
    """Refuse a newcomer's text that is mostly there for its links."""
    if len(_LINK.findall(body)) > LINKS:
        raise Invalid(
            _l("On your first day a text can hold %(most)d links. Please leave some out.", most=LINKS),
            field="body",
        )


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()))
