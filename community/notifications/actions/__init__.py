"""What is done with notices: telling, reading, choosing how soon, and sending them by mail."""

from community.notifications.actions.reading import open_notice, read_all
from community.notifications.actions.telling import take_back, tell
from community.notifications.actions.writing import sentence_of

__all__ = ["open_notice", "read_all", "sentence_of", "take_back", "tell"]
