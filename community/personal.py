"""Who can say what is held about a member, and who forgets it: on wish, and when it is old enough."""

from collections.abc import Mapping
from typing import Any

from community.activity import personal_data as activity
from community.admin import audit
from community.cases import personal_data as cases
from community.cases.actions import ageing as old_cases
from community.customers import personal_data as customers
from community.digests import personal_data as digests
from community.feedback import personal_data as feedback
from community.feedback.actions import ageing as old_feedback
from community.ideas import personal_data as ideas
from community.ideas.actions import ageing as old_ideas
from community.infra.own_data import Ageing, PersonalData
from community.insights import personal_data as insights
from community.loyalty import personal_data as loyalty
from community.members import personal_data as members
from community.members.actions import ageing as old_members
from community.moderation import personal_data as moderation
from community.notifications import personal_data as notifications
from community.notifications.actions import ageing as old_notifications
from community.panels import personal_data as panels
from community.privacy import acts
from community.privacy import personal_data as privacy
from community.surveys import personal_data as surveys
from community.surveys.actions import ageing as old_surveys

# Domain → what it holds, in the order in which it is forgotten: that of the house's locks, the member last.
PERSONAL: Mapping[str, PersonalData] = {
    "insights": insights,
    "moderation": moderation,
    "panels": panels,
    "ideas": ideas,
    "surveys": surveys,
    "cases": cases,
    "feedback": feedback,
    "loyalty": loyalty,
    "digests": digests,
    "customers": customers,
    "privacy": privacy,
    "notifications": notifications,
    "activity": activity,
    "members": members,
}

# What a rule can keep for some months only; see privacy/retention.py.
AGEING: Mapping[str, Ageing] = {
    "removed_texts": old_ideas.REMOVED_TEXTS,
    "imported_texts": old_feedback.IMPORTED_TEXTS,
    "survey_answers": old_surveys.SURVEY_ANSWERS,
    "case_talk": old_cases.CASE_TALK,
    "notices": old_notifications.NOTICES,
    "sign_ins": old_members.SIGN_INS,
}

# Activity kind → what was done, in words, by staff or by members.
ACTS_IN_WORDS: Mapping[str, Any] = {kind: act.words for kind, act in audit.ACTS.items()} | dict(acts.ACTS)
