"""What follows what: activity kind → the functions that follow it, in order.

Every kind that is ever recorded stands here, also when nothing follows it yet.
"""

from collections.abc import Mapping, Sequence

from community.activity.actions import Reaction
from community.ideas import notices
from community.panels import jobs as panels
from community.panels import notices as panel_notices

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    # members
    "member.joined": (),
    "member.verified": (),
    "member.profile_changed": (panels.follow_member,),
    "member.role_granted": (),
    "member.role_ended": (),
    "member.suspended": (),
    "member.reinstated": (),
    # panels
    "panel.created": (panels.follow_panel,),
    "panel.edited": (panels.follow_panel,),
    "panel.archived": (),
    "panel.reopened": (panels.follow_panel,),
    "panel.segment_followed": (),
    "segment.changed": (panels.follow_changed_segment,),
    "panel.joined": (),
    "panel.left": (),
    "join_request.made": (panel_notices.tell_of_request,),
    "join_request.decided": (panel_notices.tell_of_decision,),
    "invitation.sent": (),
    "invitation.used": (),
    "invitation.withdrawn": (),
    # ideas
    "idea.published": (),
    "idea.edited": (),
    "idea.deleted": (),
    "idea.supported": (),
    "idea.support_withdrawn": (),
    "idea.status_changed": (notices.tell_of_status,),
    "idea.responded": (notices.tell_of_response,),
    "idea.merged": (notices.tell_of_merge,),
    "idea.unmerged": (),
    "comment.added": (notices.tell_of_comment,),
    "comment.edited": (),
    "comment.deleted": (),
}
