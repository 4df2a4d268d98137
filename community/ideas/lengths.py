"""How much an idea and a comment may hold: the forms say so in advance, the actions refuse what is beyond."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from community.ideas.tagging import check_tags
from community.infra.errors import Invalid

TITLE_LEAST = 10
TITLE_MOST = 120
BODY_MOST = 10_000
COMMENT_MOST = 5000
IMAGES_MOST = 3


def check_idea(*, title: str, body: str, tags: Sequence[str] = (), image_count: int = 0) -> None:
    """Raise Invalid if an idea says too little or too much."""
    if len(title.strip()) < TITLE_LEAST or len(title) > TITLE_MOST:
        raise Invalid(
            _l("Please use between %(min)d and %(max)d characters.", min=TITLE_LEAST, max=TITLE_MOST),
            field="title",
        )
    if len(body) > BODY_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=BODY_MOST), field="body")
    check_tags(tags)
    if image_count > IMAGES_MOST:
        raise Invalid(_l("Please choose at most %(most)d pictures.", most=IMAGES_MOST), field="images")


def check_comment(body: str) -> None:
    """Raise Invalid if a comment says nothing or too much."""
    if not body.strip():
        raise Invalid(_l("Please fill this in."), field="body")
    if len(body) > COMMENT_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=COMMENT_MOST), field="body")
