"""What follows what: activity kind → the functions that follow it, in order.

Every kind that is ever recorded stands here, also when nothing follows it yet.
"""

from collections.abc import Mapping, Sequence

from community.activity.actions import Reaction
from community.cases import jobs as cases
from community.cases.notices import answers as case_answers
from community.cases.notices import desks as case_desks
from community.feedback import jobs as feedback
from community.ideas import listening, notices
from community.panels import jobs as panels
from community.panels import notices as panel_notices
from community.surveys import contending as surveys_contending
from community.surveys import jobs as surveys
from community.surveys import listening as surveys_listening
from community.surveys import notices as surveys_notices

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
    "panel.edited": (panels.follow_panel, surveys.follow_panel),
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
    # feedback
    "feedback.imported": (),
    "feedback.read": (cases.open_for_batch, feedback.ask_more),
    "feedback.corrected": (cases.follow_correction, feedback.ask_more),
    "feedback.withdrawn": (cases.follow_withdrawal,),
    "feedback.label_skipped": (feedback.ask_more,),
    "topic.added": (),
    "topic.changed": (),
    "topic.archived": (),
    "topic.brought_back": (),
    "site_word.set": (),
    "site_word.removed": (),
    "model.fitted": (),
    "model.taken_live": (),
    "model.switched_off": (),
    "listening.changed": (),
    # cases
    "case.opened": (case_desks.tell_of_desk,),
    "case.item_added": (case_desks.tell_of_item,),
    "case.item_removed": (),
    "case.combined": (),
    "case.assigned": (case_desks.tell_of_desk,),
    "case.process_assigned": (case_desks.tell_of_process,),
    "case.replied": (case_answers.tell_of_reply,),
    "case.noted": (),
    "case.member_replied": (case_answers.tell_of_words,),
    "case.promise_made": (case_answers.tell_of_promise,),
    "case.promise_kept": (case_answers.tell_of_kept_promise,),
    "case.promise_broken": (case_answers.tell_of_broken_promise,),
    "case.resolved": (case_answers.tell_of_resolution,),
    "case.helped": (case_answers.tell_of_help,),
    "case.reopened": (case_answers.tell_of_reopening,),
    "case.texts_added": (),
    "case.cause_found": (),
    "case.fix_planned": (),
    "case.reminded": (case_desks.tell_of_reminder,),
    "case.escalated": (case_desks.tell_of_escalation,),
    "praise.passed_on": (case_desks.tell_of_praise,),
    "rule.changed": (),
    "service_level.changed": (),
    "working_hours.changed": (),
    "team.changed": (),
    "absence.changed": (),
    # ideas
    "idea.published": (listening.hear_idea, surveys_contending.let_idea_join),
    "idea.edited": (listening.hear_idea,),
    "idea.deleted": (listening.forget_idea,),
    "idea.supported": (),
    "idea.support_withdrawn": (),
    "idea.status_changed": (notices.tell_of_status, listening.follow_status),
    "idea.responded": (notices.tell_of_response, listening.follow_response),
    "idea.merged": (notices.tell_of_merge, listening.follow_merge),
    "idea.unmerged": (listening.follow_unmerge,),
    "comment.added": (notices.tell_of_comment, listening.hear_comment),
    "comment.edited": (listening.hear_comment,),
    "comment.deleted": (listening.forget_comment,),
    # surveys
    "survey.created": (),
    "survey.changed": (),
    "survey.opened": (surveys.invite_first,),
    "survey.not_opened": (surveys_notices.tell_of_gap,),
    "survey.closed": (surveys.measure_anew,),
    "survey.reopened": (),
    "survey.told_back": (surveys_notices.tell_of_what_was_heard, surveys_listening.follow_told_back),
    "survey.withdrawn": (surveys_listening.hear_response,),
    "survey.answered": (surveys_listening.hear_response,),
    "survey.response_judged": (
        surveys_notices.tell_of_judging,
        surveys_listening.hear_response,
        surveys.measure_anew,
    ),
    "survey.response_replied": (),
    "survey.exported": (),
    "comparison.frozen": (),
    "comparison.measured": (),
    "survey.weighted": (surveys.measure_anew,),
    "weight_targets.added": (),
    "weight_targets.archived": (),
    "survey.contender_changed": (),
    "survey.statement_added": (surveys_listening.hear_statement,),
    "survey.statement_decided": (surveys_listening.hear_statement,),
    "survey.invited": (),
    "survey.reminded": (),
    "contact_budget.changed": (),
}
