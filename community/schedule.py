"""What runs on the clock: job → period."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from community.activity import actions as activity
from community.cases import jobs as cases
from community.feedback import jobs as feedback
from community.ideas import jobs as ideas
from community.infra import mail
from community.loyalty import jobs as loyalty
from community.members import jobs as members
from community.panels import jobs as panels
from community.surveys import jobs as surveys

SCHEDULE: Mapping[Callable[[], None], timedelta] = {
    members.tidy: timedelta(hours=1),
    activity.tidy: timedelta(days=1),
    mail.tidy: timedelta(days=1),
    panels.follow_all_segments: timedelta(minutes=5),
    feedback.learn: timedelta(hours=1),
    feedback.forget_left_behind: timedelta(hours=1),
    cases.remind_owners: timedelta(minutes=1),
    cases.escalate_overdue: timedelta(minutes=1),
    cases.break_promises: timedelta(hours=1),
    ideas.forget_old_drafts: timedelta(hours=1),
    ideas.hear_missed: timedelta(days=1),
    ideas.find_circles: timedelta(days=1),
    surveys.open_due: timedelta(minutes=1),
    surveys.close_due: timedelta(minutes=1),
    surveys.invite: timedelta(minutes=1),
    surveys.give_places_back: timedelta(minutes=1),
    surveys.remind: timedelta(hours=1),
    surveys.forget_old_files: timedelta(hours=1),
    loyalty.count_due_for_tiers: timedelta(minutes=5),
    loyalty.warn_of_expiry: timedelta(days=1),
    loyalty.forget_addresses: timedelta(hours=1),
    loyalty.mature_waiting: timedelta(minutes=5),
    loyalty.expire_due: timedelta(days=1),
    loyalty.check_books: timedelta(days=1),
}
