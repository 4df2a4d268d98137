"""Every act of staff is in the audit log: each staff address that takes a POST says what it records."""

import ast
from pathlib import Path

import pytest

from community import create_app
from community.admin.audit import ACTS, AREAS
from community.reactions import REACTIONS

# What only looks, or keeps nothing.
LOOKS_ONLY = {
    "insights_staff.cancel_file": "calls off a file that nobody has yet; that it was asked for is recorded",
    "insights_staff.preview": "says what would be in a report and keeps nothing",
    "listening_staff.try_text": "reads a text and keeps nothing",
    "moderation_staff.try_text": "screens a text and keeps nothing",
    "moderation_staff.release": "leaves an item to others; who looks at what is no decision",
    "panels_staff.check_list": "reads a file of addresses and keeps nothing",
    "panels_staff.count_members": "counts",
    "surveys_staff.count_cell": "counts",
}

RECORDS = {
    "admin_staff.audit_file": ("audit.exported",),
    "admin_staff.retry": ("owed.retried",),
    "cases_staff.absences": ("absence.changed",),
    "cases_staff.answer_many": ("case.replied", "case.resolved"),
    "cases_staff.archive_team": ("team.changed",),
    "cases_staff.archive_template": ("reply_template.changed",),
    "cases_staff.assign": ("case.assigned",),
    "cases_staff.assign_process": ("case.process_assigned",),
    "cases_staff.break_promise": ("case.promise_broken",),
    "cases_staff.combine": ("case.combined",),
    "cases_staff.correct": ("feedback.corrected",),
    "cases_staff.delete_level": ("service_level.changed",),
    "cases_staff.delete_rule": ("rule.changed",),
    "cases_staff.edit_hours": ("working_hours.changed",),
    "cases_staff.edit_level": ("service_level.changed",),
    "cases_staff.edit_rule": ("rule.changed",),
    "cases_staff.edit_team": ("team.changed",),
    "cases_staff.edit_template": ("reply_template.changed",),
    "cases_staff.end_absence": ("absence.changed",),
    "cases_staff.keep_promise": ("case.promise_kept",),
    "cases_staff.move_level_down": ("service_level.changed",),
    "cases_staff.move_level_up": ("service_level.changed",),
    "cases_staff.move_rule_down": ("rule.changed",),
    "cases_staff.move_rule_up": ("rule.changed",),
    "cases_staff.name_cause": ("case.cause_found",),
    "cases_staff.new_level": ("service_level.changed",),
    "cases_staff.new_rule": ("rule.changed",),
    "cases_staff.new_team": ("team.changed",),
    "cases_staff.new_template": ("reply_template.changed",),
    "cases_staff.note": ("case.noted",),
    "cases_staff.open_case": ("case.opened",),
    "cases_staff.open_theme": ("case.opened", "case.texts_added"),
    "cases_staff.plan_fix": ("case.fix_planned",),
    "cases_staff.promise": ("case.promise_made",),
    "cases_staff.reply": ("case.replied",),
    "cases_staff.resolve": ("case.resolved",),
    "cases_staff.switch_level": ("service_level.changed",),
    "cases_staff.switch_rule": ("rule.changed",),
    "feedback_staff.choose_columns": ("feedback.import_started",),
    "feedback_staff.correct": ("feedback.corrected",),
    "feedback_staff.forget_import": ("feedback.import_forgotten",),
    "feedback_staff.new_import": ("feedback.uploaded",),
    "feedback_staff.undo": ("feedback.corrected",),
    "ideas_staff.votes": ("votes.excluded", "votes.counted"),
    "insights_staff.ask_feedback_file": ("feedback.exported",),
    "insights_staff.ask_file": ("report.exported",),
    "insights_staff.again": ("report.asked",),
    "insights_staff.archive_template": ("report_template.archived",),
    "insights_staff.cancel": ("report.cancelled",),
    "insights_staff.create": ("report.asked",),
    "insights_staff.delete": ("report.deleted",),
    "insights_staff.pause_schedule": ("report_schedule.ended",),
    "insights_staff.run_template": ("report.asked",),
    "insights_staff.save_schedule": ("report_schedule.saved",),
    "insights_staff.save_template": ("report_template.saved",),
    "listening_staff.label": ("feedback.corrected", "feedback.label_skipped"),
    "listening_staff.let_site_decide": ("listening.changed",),
    "listening_staff.read_again": ("listening.changed",),
    "listening_staff.remove_word": ("site_word.removed",),
    "listening_staff.set_bars": ("listening.changed",),
    "listening_staff.set_word": ("site_word.set",),
    "listening_staff.switch_off": ("model.switched_off",),
    "listening_staff.take_live": ("model.taken_live",),
    "listening_staff.try_again": ("listening.changed",),
    "loyalty_staff.adjust": ("points.adjusted", "adjustment.asked"),
    "loyalty_staff.awards": ("points.matured", "points.denied"),
    "loyalty_staff.check": ("books.checked",),
    "loyalty_staff.codes": ("reward.codes_added",),
    "loyalty_staff.edit_reward": ("reward.changed",),
    "loyalty_staff.edit_rule": ("earning_rule.changed",),
    "loyalty_staff.edit_tier": ("tiers.edited",),
    "loyalty_staff.fulfil": ("reward.fulfilled",),
    "loyalty_staff.fulfil_many": ("reward.fulfilled",),
    "loyalty_staff.give_back": ("reward.released",),
    "loyalty_staff.new_reward": ("reward.created",),
    "loyalty_staff.new_tier": ("tiers.edited",),
    "loyalty_staff.offer_reward": ("reward.changed",),
    "loyalty_staff.post_adjustment": ("points.adjusted",),
    "loyalty_staff.programme": ("programme.changed",),
    "loyalty_staff.refuse_adjustment": ("adjustment.refused",),
    "loyalty_staff.remove_tier": ("tiers.edited",),
    "loyalty_staff.ring": ("ring.judged",),
    "loyalty_staff.take_code_out": ("reward.changed",),
    "loyalty_staff.tier_terms": ("programme.changed",),
    "loyalty_staff.withdraw_reward": ("reward.withdrawn",),
    "members_staff.attribute": ("profile_question.changed",),
    "members_staff.delete_attribute": ("profile_question.changed",),
    "members_staff.end_role": ("member.role_ended",),
    "members_staff.grant_role": ("member.role_granted",),
    "members_staff.new_attribute": ("profile_question.changed",),
    "members_staff.reinstate": ("member.reinstated",),
    "members_staff.reset_second_step": ("member.second_step_reset",),
    "members_staff.suspend": ("member.suspended",),
    "moderation_staff.allow": ("blocked_words.changed",),
    "moderation_staff.appeal": ("appeal.decided",),
    "moderation_staff.ask": ("moderation.asked",),
    "moderation_staff.block": ("blocked_words.changed",),
    "moderation_staff.bulk": ("moderation.decided",),
    "moderation_staff.decide": ("moderation.decided",),
    "moderation_staff.end_sanction": ("member.pause_ended", "member.reinstated"),
    "moderation_staff.on_subject": ("moderation.decided",),
    "moderation_staff.panel_rules": ("screening_rules.changed",),
    "moderation_staff.rules": ("screening_rules.changed",),
    "moderation_staff.undo": ("moderation.undone",),
    "moderation_staff.vouch": ("trust.vouched",),
    "panels_staff.admit": ("join_request.decided",),
    "panels_staff.archive": ("panel.archived",),
    "panels_staff.delete_cell": ("panel.edited",),
    "panels_staff.delete_question": ("panel.edited",),
    "panels_staff.delete_segment": ("segment.changed",),
    "panels_staff.edit": ("panel.edited",),
    "panels_staff.edit_cell": ("panel.edited",),
    "panels_staff.edit_question": ("panel.edited",),
    "panels_staff.edit_segment": ("segment.changed",),
    "panels_staff.invite": ("invitation.sent",),
    "panels_staff.new": ("panel.created",),
    "panels_staff.new_cell": ("panel.edited",),
    "panels_staff.new_question": ("panel.edited",),
    "panels_staff.new_segment": ("segment.changed",),
    "panels_staff.refuse": ("join_request.decided",),
    "panels_staff.remove": ("panel.left",),
    "panels_staff.reopen": ("panel.reopened",),
    "panels_staff.resend": ("invitation.sent",),
    "panels_staff.send_list": ("invitation.sent",),
    "panels_staff.withdraw": ("invitation.withdrawn",),
    "privacy_staff.panel_retention": ("retention.changed",),
    "privacy_staff.retention_rules": ("retention.changed",),
    "surveys_staff.archive_targets": ("weight_targets.archived",),
    "surveys_staff.audience": ("survey.changed",),
    "surveys_staff.begin_preview": ("survey.changed",),
    "surveys_staff.budget": ("contact_budget.changed",),
    "surveys_staff.cell": ("survey.changed",),
    "surveys_staff.change_closing": ("survey.changed",),
    "surveys_staff.change_contender": ("survey.contender_changed",),
    "surveys_staff.close_survey": ("survey.closed",),
    "surveys_staff.decide_statement": ("survey.statement_decided",),
    "surveys_staff.delete": ("survey.deleted",),
    "surveys_staff.delete_cell": ("survey.changed",),
    "surveys_staff.describe_picture": ("survey.changed",),
    "surveys_staff.draw_contenders": ("survey.contender_changed",),
    "surveys_staff.edit": ("survey.changed",),
    "surveys_staff.edit_claim": ("comparison.changed",),
    "surveys_staff.end_preview": ("survey.changed",),
    "surveys_staff.exports": ("survey.exported",),
    "surveys_staff.forget_claim": ("comparison.forgotten",),
    "surveys_staff.freeze_claim": ("comparison.frozen",),
    "surveys_staff.move_question": ("survey.changed",),
    "surveys_staff.new": ("survey.created",),
    "surveys_staff.new_cell": ("survey.changed",),
    "surveys_staff.new_from_idea": ("survey.created",),
    "surveys_staff.new_poll": ("survey.created",),
    "surveys_staff.new_question": ("survey.changed",),
    "surveys_staff.new_targets": ("weight_targets.added",),
    "surveys_staff.next_targets": ("weight_targets.added",),
    "surveys_staff.next_wave": ("survey.created",),
    "surveys_staff.open_survey": ("survey.opened", "survey.changed"),
    "surveys_staff.pictures": ("survey.changed",),
    "surveys_staff.question": ("survey.changed",),
    "surveys_staff.remove_question": ("survey.changed",),
    "surveys_staff.reopen_survey": ("survey.reopened",),
    "surveys_staff.response": ("survey.response_judged",),
    "surveys_staff.statements": ("survey.statement_decided",),
    "surveys_staff.tell": ("survey.told_back",),
    "surveys_staff.weigh": ("survey.weighted",),
    "surveys_staff.withdraw_picture": ("survey.changed",),
    "surveys_staff.write_claim": ("comparison.written",),
    "topics_staff.add_example": ("topic.changed",),
    "topics_staff.archive": ("topic.archived",),
    "topics_staff.bring_back": ("topic.brought_back",),
    "topics_staff.edit": ("topic.changed",),
    "topics_staff.move_down": ("topic.changed",),
    "topics_staff.move_up": ("topic.changed",),
    "topics_staff.new": ("topic.added",),
    "topics_staff.remove_example": ("topic.changed",),
    # Acts of staff on pages that members read too.
    "ideas.change_status": ("idea.status_changed",),
    "ideas.respond": ("idea.responded",),
    "ideas.merge": ("idea.merged",),
    "ideas.unmerge": ("idea.unmerged",),
    "ideas.edit": ("idea.edited",),
    "ideas.delete": ("idea.deleted",),
    "ideas.delete_comment": ("comment.deleted",),
}


@pytest.fixture(scope="module")
def posting() -> set[str]:
    """All staff addresses that take a POST."""
    app = create_app({"TESTING": True, "DATABASE_URL": "sqlite://"})
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and str(rule).startswith("/staff")
    }


def recorded_words() -> set[str]:
    """Every text in the code; f"{kind}.{step}" stands as what is fixed of it."""
    words: set[str] = set()
    for path in Path("community").rglob("*.py"):
        if path.name in ("reactions.py", "audit.py"):
            continue
        words |= {
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return words


class TestStaffAddresses:
    def test_each_says_what_it_records(self, posting):
        missing = posting - RECORDS.keys() - LOOKS_ONLY.keys()
        assert not missing, f"say in this table what these record: {sorted(missing)}"

    def test_the_table_speaks_of_addresses_that_are_there(self, posting):
        gone = {name for name in (*RECORDS, *LOOKS_ONLY) if "_staff." in name} - posting
        assert not gone

    def test_what_they_record_is_told_in_the_log(self):
        kinds = {kind for kinds in RECORDS.values() for kind in kinds}
        assert kinds <= ACTS.keys() <= REACTIONS.keys()

    def test_what_is_told_is_recorded_somewhere(self):
        words = recorded_words()
        unsaid = {kind for kind in ACTS if kind not in words and f"{kind.partition('.')[0]}." not in words}
        assert not unsaid

    def test_every_act_has_its_area(self):
        assert {act.area for act in ACTS.values()} == AREAS.keys()
