"""What a case says of itself on a desk: its title and what it is about, taken from the words in it."""

from collections.abc import Sequence

from community.cases.models import Case
from community.feedback.models import FeedbackItem
from community.infra.text import excerpt

TITLE = 120
# What a case is called that has no words left.
NOTHING = "…"


def title_of(item: FeedbackItem) -> str:
    """What a case is called: the title of what was said, else its beginning."""
    return item.title or excerpt(item.text, TITLE)


def take_facts(case: Case, items: Sequence[FeedbackItem]) -> None:
    """Let a case be of the kind, feeling, language, topic and urgency of the most urgent text in it."""
    if not items:
        return
    lead = max(items, key=lambda item: item.urgency)
    case.kind, case.sentiment, case.language = lead.kind, lead.sentiment, lead.language
    case.topic_id, case.urgency = lead.topic_id, lead.urgency
