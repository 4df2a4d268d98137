"""Staff pages about feedback, topics and listening; importing them gives the blueprints their addresses."""

from community.feedback.staff import imports, items, listening, topics
from community.feedback.staff.access import feedback as feedback_blueprint
from community.feedback.staff.access import listening as listening_blueprint
from community.feedback.staff.access import topics as topics_blueprint

__all__ = [
    "feedback_blueprint", "imports", "items", "listening", "listening_blueprint", "topics",
    "topics_blueprint",
]  # fmt: skip
