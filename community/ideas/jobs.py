"""What is done about ideas by the clock."""

from community.ideas import listening
from community.ideas.actions import accepting, publishing, vote_care
from community.ideas.queries import marks
from community.infra import clock
from community.loyalty import rings
from community.loyalty.actions import circles
from community.loyalty.queries.programme import programme


def forget_old_drafts() -> None:
    """Drafts that visitors have left behind are removed after their day."""
    publishing.forget_old_drafts()


def hear_missed() -> None:
    """Ideas and comments that were never taken in as feedback, on a site that is older than listening."""
    listening.hear_missed()


def find_circles() -> None:
    """Members whose marks go round among few are put before staff."""
    minimum = programme().ring_minimum
    given = marks.walk_exchanges(since=clock.ago(days=rings.DAYS), minimum=minimum)
    circles.note_circles(rings.find_circles(map(rings.measure, given), minimum=minimum))


def watch_votes() -> None:
    """Votes that do not look as votes of many people do are put before a person."""
    vote_care.watch_votes()


def forget_origins() -> None:
    """Where votes came from is kept for some weeks only."""
    vote_care.forget_origins()


def accept_supported() -> None:
    """Ideas that enough members support by now are accepted, and their points given."""
    accepting.accept_supported()
