"""How much an idea and a comment may hold: the forms say so in advance, the actions refuse what is beyond."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.ideas.tagging import check_tags
from community.infra.errors import Invalid

TITLE_LEAST = 10
TITLE_MOST = 120
# A Chinese character says what two letters do and more: five are a title.
TITLE_FEWEST = TITLE_LEAST // 2
BODY_MOST = 10_000
COMMENT_MOST = 5000
IMAGES_MOST = 3


def check_idea(*, title: str, body: str, tags: Sequence[str] = (), image_count: int = 0) -> None:
    """Raise Invalid if an idea says too little or too much."""
    if (wrong := wrong_with_title(title)) is not None:
        raise Invalid(wrong, field="title")
    if len(body) > BODY_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=BODY_MOST), field="body")
    check_tags(tags)
    if image_count > IMAGES_MOST:
        raise Invalid(_l("Please choose at most %(most)d pictures.", most=IMAGES_MOST), field="images")


def wrong_with_title(title: str) -> Any:
    """Why a title is too short or too long, in numbers that hold for its script; None if it is neither."""
    wide = sum(map(_is_wide, title))
    if len(title.strip()) + wide >= TITLE_LEAST and len(title) <= TITLE_MOST:
        return None
    if not wide:
        return _l("Please use between %(min)d and %(max)d characters.", min=TITLE_LEAST, max=TITLE_MOST)
    if len(title) > TITLE_MOST:
        return _l("Please use at most %(max)d characters.", max=TITLE_MOST)
    return _l(
        "Please use at least %(min)d characters; a Chinese, Japanese or Korean one counts as two.",
        min=TITLE_LEAST,
    )


def check_comment(body: str) -> None:
    """Raise Invalid if a comment says nothing or too much."""
    if not body.strip():
        raise Invalid(_l("Please fill this in."), field="body")
    if len(body) > COMMENT_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=COMMENT_MOST), field="body")


def _is_wide(sign: str) -> bool:
    """Whether it is a character of Chinese, Japanese or Korean; their punctuation and pictures are not."""
    return unicodedata.east_asian_width(sign) == "W" and sign.isalpha()
