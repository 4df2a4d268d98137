"""Reading panels: the access door (`panels`), their people (`people`), the ways in (`doors`), segments."""

from community.panels.queries.doors import (
    InvitationRow,
    Known,
    count_sent_by,
    find_invitation_of,
    find_invitation_to,
    find_last_request,
    get_cell,
    get_invitation,
    get_invitation_by_token,
    get_known_addresses,
    get_question,
    get_request,
    list_cells,
    list_invitations,
    list_questions,
    list_waiting_requests,
)
from community.panels.queries.panels import (
    PanelView,
    find_membership,
    get_panel,
    get_panel_by_id,
    has_door,
    is_standing,
    known_panels,
    readable_panel_ids,
    readable_panels,
)
from community.panels.queries.people import (
    PanelRow,
    PersonRow,
    StaffPanelRow,
    list_panels,
    list_people,
    list_staffed_panels,
)
from community.panels.queries.segments import (
    Counted,
    SegmentRow,
    are_meant,
    count_members_who,
    get_dependencies,
    get_segment,
    get_vocabulary,
    ids_of_members_who,
    is_meant,
    list_following_panel_ids,
    list_panels_of_segment,
    list_rules_speaking_of,
    list_segment_names,
    list_segments,
    members_who,
)

__all__ = ["Counted", "InvitationRow", "Known", "PanelRow", "PanelView", "PersonRow", "SegmentRow", "StaffPanelRow", "are_meant", "count_members_who", "count_sent_by", "find_invitation_of", "find_invitation_to", "find_last_request", "find_membership", "get_cell", "get_dependencies", "get_invitation", "get_invitation_by_token", "get_known_addresses", "get_panel", "get_panel_by_id", "get_question", "get_request", "get_segment", "get_vocabulary", "has_door", "ids_of_members_who", "is_meant", "is_standing", "known_panels", "list_cells", "list_following_panel_ids", "list_invitations", "list_panels", "list_panels_of_segment", "list_people", "list_questions", "list_rules_speaking_of", "list_segment_names", "list_segments", "list_staffed_panels", "list_waiting_requests", "members_who", "readable_panel_ids", "readable_panels"]  # fmt: skip
