"""What can be done with accounts: one verb, one transaction."""

from community.members.actions.sessions import begin_session, end_session, end_session_of, end_sessions, note_seen

__all__ = ["begin_session", "end_session", "end_session_of", "end_sessions", "note_seen"]
