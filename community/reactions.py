"""What follows what: activity kind → the functions that follow it, in order.

Every kind that is ever recorded stands here, also when nothing follows it yet.
"""

from collections.abc import Mapping, Sequence

from community.activity.actions import Reaction
from community.cases import earning as cases_earning
from community.cases import jobs as cases
from community.cases.notices import answers as case_answers
from community.cases.notices import desks as case_desks
from community.customers import jobs as customers
from community.feedback import jobs as feedback
from community.ideas import earning as ideas_earning
from community.ideas import listening, notices
from community.insights import notices as insights_notices
from community.loyalty import first_steps
from community.loyalty import jobs as loyalty
from community.loyalty.notices import awards as loyalty_awards
from community.loyalty.notices import care as loyalty_care
from community.loyalty.notices import expiry as loyalty_expiry
from community.loyalty.notices import rewards as loyalty_rewards
from community.loyalty.notices import tiers as loyalty_tiers
from community.moderation import jobs as moderation
from community.moderation.notices import appeals as moderation_appeals
from community.moderation.notices import decisions as moderation_decisions
from community.moderation.notices import standing as moderation_standing
from community.moderation.notices import talk as moderation_talk
from community.panels import jobs as panels
from community.panels import notices as panel_notices
from community.surveys import contending as surveys_contending
from community.surveys import earning as surveys_earning
from community.surveys import jobs as surveys
from community.surveys import listening as surveys_listening
from community.surveys import notices as surveys_notices

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    # members
    "member.joined": (first_steps.note_friend,),
    "member.verified": (
        ideas_earning.thank_newly_verified,
        ideas_earning.count_newly_verified,
        surveys_earning.thank_newly_verified,
        first_steps.follow_profile,
        first_steps.follow_verified,
    ),
    "member.profile_changed": (panels.follow_member, first_steps.follow_profile),
    "member.role_granted": (),
    "member.role_ended": (),
    "member.suspended": (),
    "member.renamed": (),
    "member.mail_stopped": (),
    "member.mail_started": (),
    "member.second_step_reset": (),
    "member.reinstated": (moderation.follow_reinstated,),
    "member.warned": (),
    "member.paused": (),
    "member.pause_ended": (moderation_standing.tell_of_pause_ended,),
    "consent.given": (customers.begin_learning,),
    "consent.withdrawn": (customers.end_learning,),
    "profile_question.changed": (),
    # panels
    "panel.created": (panels.follow_panel, panels.name_members),
    "panel.edited": (panels.follow_panel, panels.name_members, surveys.follow_panel),
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
    "feedback.uploaded": (),
    "feedback.import_started": (),
    "feedback.import_forgotten": (),
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
    "case.helped": (case_answers.tell_of_help, cases_earning.thank_for_feedback),
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
    "reply_template.changed": (),
    # ideas
    "idea.published": (
        listening.hear_idea,
        surveys_contending.let_idea_join,
        ideas_earning.thank_for_idea,
    ),
    "idea.held": (),
    "idea.edited": (listening.hear_idea,),
    "idea.deleted": (notices.take_back_idea, listening.forget_idea, ideas_earning.forget_idea),
    "idea.hidden": (notices.take_back_idea, listening.forget_idea, ideas_earning.forget_idea),
    "idea.restored": (
        listening.hear_idea_again,
        surveys_contending.let_idea_join,
        ideas_earning.give_idea_again,
    ),
    "idea.kept_private": (notices.take_back_idea, listening.hear_private_idea),
    "idea.moved": (notices.take_back_moved,),
    "idea.locked": (),
    "idea.unlocked": (),
    "idea.supported": (),
    "idea.support_withdrawn": (),
    "votes.alarmed": (),
    "votes.excluded": (),
    "votes.counted": (),
    "votes.objected": (),
    "idea.status_changed": (
        notices.tell_of_status,
        listening.follow_status,
        ideas_earning.follow_status,
    ),
    "idea.responded": (notices.tell_of_response, listening.follow_response),
    "idea.merged": (
        notices.tell_of_merge,
        listening.follow_merge,
        ideas_earning.let_go_of_merged,
        ideas_earning.count_joined_support,
    ),
    "idea.unmerged": (listening.follow_unmerge, ideas_earning.follow_unmerge),
    "comment.added": (notices.tell_of_comment, listening.hear_comment),
    "comment.held": (),
    "comment.edited": (listening.hear_comment,),
    "comment.deleted": (notices.take_back_comment, listening.forget_comment, ideas_earning.forget_comment),
    "comment.hidden": (notices.take_back_comment, listening.forget_comment, ideas_earning.forget_comment),
    "comment.restored": (
        notices.tell_of_comment_again,
        listening.hear_comment,
        ideas_earning.give_comment_again,
    ),
    "comment.kept_private": (notices.take_back_comment, listening.hear_private_comment),
    "comment.found_helpful": (ideas_earning.thank_for_comment,),
    "comment.help_withdrawn": (ideas_earning.follow_withdrawn_help,),
    # surveys
    "survey.created": (),
    "survey.changed": (),
    "survey.deleted": (),
    "comparison.written": (),
    "comparison.changed": (),
    "comparison.forgotten": (),
    "survey.opened": (surveys.invite_first,),
    "survey.not_opened": (surveys_notices.tell_of_gap,),
    "survey.closed": (surveys.measure_anew,),
    "survey.reopened": (),
    "survey.told_back": (surveys_notices.tell_of_what_was_heard, surveys_listening.follow_told_back),
    "survey.withdrawn": (surveys_listening.hear_response, surveys_earning.take_back_answers),
    "survey.answered": (surveys_listening.hear_response, surveys_earning.thank_for_answers),
    "survey.response_flagged": (surveys_earning.follow_look,),
    "survey.response_judged": (
        surveys_notices.tell_of_judging,
        surveys_listening.hear_response,
        surveys.measure_anew,
        surveys_earning.follow_judging,
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
    "statement.held": (),
    "survey.statement_decided": (surveys_listening.hear_statement,),
    "survey.invited": (),
    "survey.reminded": (),
    "contact_budget.changed": (),
    # loyalty
    "reward.created": (),
    "reward.changed": (),
    "reward.withdrawn": (),
    "reward.codes_added": (),
    "reward.redeemed": (loyalty_rewards.tell_of_wish,),
    "reward.fulfilled": (loyalty_rewards.tell_of_handover,),
    "reward.released": (loyalty_rewards.tell_of_release,),
    "thanks.owed": (loyalty.thank_portion,),
    "points.earned": (),
    "points.matured": (
        first_steps.follow_matured,
        loyalty.count_for_tier,
    ),
    "points.denied": (loyalty_awards.tell_of_denial,),
    "points.clawed_back": (loyalty_awards.tell_of_taking_back, loyalty.count_for_tier),
    "points.expired": (),
    "ring.found": (),
    "ring.judged": (ideas_earning.follow_judged_circle,),
    "referral.made": (),
    "referral.activated": (),
    "points.expiring": (loyalty_expiry.tell_of_expiring,),
    "tier.changed": (loyalty_tiers.tell_of_tier,),
    "tier.grace_given": (loyalty_tiers.tell_of_grace,),
    "tiers.edited": (),
    "earning_rule.changed": (),
    "programme.changed": (loyalty.count_everybody_anew,),
    "points.adjusted": (loyalty_care.tell_of_adjustment,),
    "adjustment.asked": (loyalty_care.tell_of_asking,),
    "adjustment.refused": (loyalty_care.tell_of_refusal,),
    "books.checked": (),
    "books.mismatched": (loyalty_care.tell_of_mismatch,),
    # what was learned, and digests
    "fact.corrected": (),
    "fact.forgotten": (),
    "digest.sent": (),
    # one's own data
    "erasure.asked": (),
    "erasure.called_off": (),
    "member.erased": (),
    "data_file.asked": (),
    "data_file.made": (),
    "retention.changed": (),
    "retention.ran": (),
    # what moderators decided
    "moderation.decided": (
        moderation_decisions.tell_of_decision,
        moderation_decisions.tell_of_hiding,
        moderation_decisions.answer_flags,
        moderation.follow_decision,
    ),
    "moderation.undone": (moderation_decisions.tell_of_undoing, moderation.follow_decision),
    "moderation.asked": (moderation_talk.tell_of_question,),
    "moderation.answered": (moderation_talk.tell_of_answer,),
    # what was objected to, appeals, trust
    "subject.flagged": (),
    "appeal.made": (moderation_appeals.tell_of_appeal,),
    "appeal.decided": (moderation_appeals.tell_of_outcome,),
    "trust.changed": (moderation_standing.tell_of_trust,),
    "trust.vouched": (),
    # rules and words of screening
    "screening_rules.changed": (),
    "blocked_words.changed": (),
    # reports
    "report.asked": (),
    "report.made": (insights_notices.tell_of_report,),
    "report.failed": (insights_notices.tell_of_failure,),
    "report.cancelled": (),
    "report.deleted": (),
    "report.exported": (),
    "feedback.exported": (),
    "report_template.saved": (),
    "report_template.archived": (),
    "report_schedule.saved": (),
    "report_schedule.ended": (insights_notices.tell_of_end,),
    # the site
    "owed.retried": (),
    "audit.exported": (),
}
