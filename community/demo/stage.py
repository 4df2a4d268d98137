"""What of the demo stands already, for those who go on making it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from community.feedback.models import Topic
from community.ideas.models import Comment, Idea
from community.members.models import Member
from community.panels.models import Panel

Step = Callable[[], None]


@dataclass
class Stage:
    """What has been made so far, by the keys the texts use."""

    now: datetime
    members: dict[str, Member] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)
    comments: dict[tuple[str, int], Comment] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    # Their numbers only: the worker's reading goes past what the session holds.
    voices: dict[str, int] = field(default_factory=dict)
    # What was said in the rooms, as "comment:7".
    texts: dict[str, str] = field(default_factory=dict)
    surveys: dict[str, int] = field(default_factory=dict)
    rewards: dict[str, int] = field(default_factory=dict)
    # By their place among the wishes.
    redemptions: dict[int, int] = field(default_factory=dict)

    def at(self, days_ago: float) -> datetime:
        """The moment that many days back."""
        return self.now - timedelta(days=days_ago)
