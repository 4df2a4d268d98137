"""What can be done with panels: come and go, let people in, and set the panels up."""

from community.panels.actions.invitations import (
    HOURLY_CAP,
    Guest,
    Report,
    accept_invitation,
    invite,
    is_addressed_to,
    is_open,
    join_by_invitation,
    resend_invitation,
    withdraw_invitation,
)
from community.panels.actions.membership import (
    Outcome,
    ensure_not_paused,
    ensure_taking_part,
    join_panel,
    leave_panel,
    let_in,
    refuse_while_paused,
    remove_from_panel,
)
from community.panels.actions.panels import (
    NAME_LENGTH,
    Settings,
    add_question,
    archive_panel,
    create_panel,
    edit_panel,
    edit_question,
    remove_question,
    reopen_panel,
)
from community.panels.actions.places import add_cell, edit_cell, remove_cell
from community.panels.actions.requests import admit_request, refuse_request
from community.panels.actions.segments import create_segment, delete_segment, edit_segment, follow_segment

__all__ = [
    "HOURLY_CAP", "NAME_LENGTH", "Guest", "Outcome", "Report", "Settings", "accept_invitation", "add_cell",
    "add_question", "admit_request", "archive_panel", "create_panel", "create_segment",
    "delete_segment", "edit_cell", "edit_panel", "edit_question", "edit_segment",
    "ensure_not_paused", "ensure_taking_part", "follow_segment", "invite", "is_addressed_to", "is_open",
    "join_by_invitation", "join_panel", "leave_panel", "let_in", "refuse_request", "refuse_while_paused",
    "remove_cell", "remove_from_panel", "remove_question", "reopen_panel", "resend_invitation",
    "withdraw_invitation",
]  # fmt: skip
