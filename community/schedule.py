"""What runs on the clock: job → period."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from community.activity import actions as activity
from community.cases import jobs as cases
from community.customers import jobs as customers
from community.digests import jobs as digests
from community.feedback import jobs as feedback
from community.ideas import jobs as ideas
from community.infra import mail
from community.insights import jobs as insights
from community.loyalty import jobs as loyalty
from community.members import jobs as members
from community.moderation import jobs as moderation
from community.panels import jobs as panels
from community.privacy import jobs as privacy
from community.surveys import jobs as surveys

SCHEDULE: Mapping[Callable[[], None], timedelta] = {
    members.tidy: timedelta(hours=1),
    members.ask_staff: timedelta(hours=1),
    activity.mind_the_clock: timedelta(minutes=1),
    activity.tidy: timedelta(days=1),
    mail.mind_the_clock: timedelta(minutes=1),
    mail.tidy: timedelta(days=1),
    panels.follow_all_segments: timedelta(minutes=5),
    panels.name_members: timedelta(minutes=5),
    moderation.count_trust: timedelta(days=1),
    feedback.learn: timedelta(hours=1),
    feedback.forget_left_behind: timedelta(hours=1),
    cases.remind_owners: timedelta(minutes=1),
    cases.escalate_overdue: timedelta(minutes=1),
    cases.break_promises: timedelta(hours=1),
    ideas.forget_old_drafts: timedelta(hours=1),
    ideas.hear_missed: timedelta(days=1),
    ideas.find_circles: timedelta(days=1),
    ideas.watch_votes: timedelta(minutes=10),
    ideas.forget_origins: timedelta(days=1),
    ideas.accept_supported: timedelta(minutes=1),
    customers.learn_due: timedelta(hours=1),
    digests.count_neighbours: timedelta(days=1),
    digests.forget_old: timedelta(days=1),
    digests.send_due: timedelta(minutes=5),
    surveys.open_due: timedelta(minutes=1),
    surveys.close_due: timedelta(minutes=1),
    surveys.invite: timedelta(minutes=1),
    surveys.give_places_back: timedelta(minutes=1),
    surveys.remind: timedelta(hours=1),
    surveys.forget_old_files: timedelta(hours=1),
    insights.count_ahead: timedelta(minutes=5),
    insights.sort_members: timedelta(hours=1),
    insights.forget_names: timedelta(days=1),
    insights.forget_old_files: timedelta(hours=1),
    insights.forget_quotes: timedelta(hours=1),
    insights.run_schedules: timedelta(minutes=1),
    loyalty.count_due_for_tiers: timedelta(minutes=5),
    loyalty.warn_of_expiry: timedelta(days=1),
    loyalty.forget_addresses: timedelta(hours=1),
    loyalty.mature_waiting: timedelta(minutes=5),
    loyalty.expire_due: timedelta(days=1),
    loyalty.check_books: timedelta(days=1),
    privacy.erase_due: timedelta(hours=1),
    privacy.forget_old_copies: timedelta(hours=1),
    privacy.keep_by_rules: timedelta(days=1),
}
