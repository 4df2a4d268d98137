"""What notices are about: notice kind → topic and reason, and how soon each topic goes out by mail."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Topic(NamedTuple):
    """Something a member may want to hear of by mail, more or less soon.

    `is_by_panel`: it can be chosen for one panel otherwise than in general. `is_for_staff`: only staff are
    told of it. `is_mailed`: its notices go out by mail; those of other topics have mails of their own.
    """

    key: str
    label: Any
    words: Any
    paces: Sequence[str]
    default: str
    is_by_panel: bool = False
    is_for_staff: bool = False
    is_mailed: bool = True


PACE_LABELS: Mapping[str, Any] = {
    "at_once": _l("At once"),
    "daily": _l("Once a day"),
    "weekly": _l("Once a week"),
    "never": _l("No mail"),
}
ALL_PACES = tuple(PACE_LABELS)

TOPICS: Mapping[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic(
            "ideas",
            _l("News on ideas"),
            _l("What becomes of the ideas you wrote, support or follow."),
            ALL_PACES,
            "at_once",
            is_by_panel=True,
        ),
        Topic(
            "replies",
            _l("Replies to you"),
            _l("Comments on your ideas, and replies to what you wrote."),
            ALL_PACES,
            "at_once",
            is_by_panel=True,
        ),
        Topic(
            "answers",
            _l("Answers to what you told us"),
            _l("Replies of the team, what we promise you, and what became of it."),
            ALL_PACES,
            "at_once",
        ),
        Topic(
            "surveys",
            _l("Questions for you"),
            _l("Invitations to surveys, once for each, and one reminder."),
            ("at_once", "never"),
            "at_once",
            is_mailed=False,
        ),
        Topic(
            "heard",
            _l("What surveys told us"),
            _l("What we heard in surveys that you answered, and whether your answers count."),
            ALL_PACES,
            "at_once",
        ),
        Topic(
            "points",
            _l("Points and rewards"),
            _l("Your tier, points that expire or are taken back, and rewards on their way."),
            ALL_PACES,
            "daily",
        ),
        Topic(
            "care",
            _l("Decisions about you and your texts"),
            _l("Whether you are let into a panel, and what moderators decided about something you wrote."),
            ALL_PACES,
            "at_once",
        ),
        Topic(
            "digest",
            _l("Your weekly digest"),
            _l("News on what you said, and ideas you may like, on Monday morning."),
            ("weekly", "never"),
            "weekly",
            is_mailed=False,
        ),
        Topic(
            "desk",
            _l("Cases on your desk"),
            _l("Cases that come to you, are due, or are answered."),
            ALL_PACES,
            "at_once",
            is_by_panel=True,
            is_for_staff=True,
        ),
        Topic(
            "reports",
            _l("Reports"),
            _l(
                "Reports that are made for you by the clock or took long, and what kept them from being made."
            ),
            ALL_PACES,
            "at_once",
            is_for_staff=True,
        ),
        Topic(
            "upkeep",
            _l("Keeping the house"),
            _l("Requests to join, flagged texts, rewards to hand over, and what does not add up."),
            ALL_PACES,
            "daily",
            is_for_staff=True,
        ),
    )
}

REASONS: Mapping[str, Any] = {
    "around_idea": _l("You wrote, support or follow this idea."),
    "wrote_idea": _l("You wrote this idea."),
    "supports": _l("You support this idea."),
    "follows": _l("You follow this idea."),
    "wrote_comment": _l("It answers a comment of yours."),
    "told_us": _l("It answers something you told us."),
    "has_case": _l("The case is on your desk."),
    "steps_in": _l("You step in when a case is overdue."),
    "has_triage": _l("You look after cases that nobody has yet."),
    "has_process": _l("You answer for what lies behind the case."),
    "is_praised": _l("The kind words are about your work."),
    "is_asked": _l("You were drawn for this survey."),
    "answered": _l("You answered this survey."),
    "owns_survey": _l("The survey is yours."),
    "has_points": _l("It is about your points."),
    "wished_reward": _l("You redeemed this reward."),
    "hands_over": _l("You hand rewards over."),
    "second_pair": _l("You may be the second person for adjustments of points."),
    "asked_adjustment": _l("You asked for this adjustment."),
    "keeps_books": _l("You look after the books of points."),
    "wished_to_join": _l("You asked to join this panel."),
    "admits": _l("You decide who joins this panel."),
    "wrote_text": _l("It is about something you wrote."),
    "is_concerned": _l("It is about you."),
    "flagged": _l("You told us about a text."),
    "moderates": _l("You moderate here."),
    "gets_report": _l("You are among those who get this report."),
    "asked_report": _l("You asked for this report."),
    "runs_report": _l("You set up when this report is made."),
}

# notice kind → its topic, and why whoever is told is told, where it is the same for all of them
KINDS: Mapping[str, tuple[str, str]] = {
    "ideas.status_changed": ("ideas", "around_idea"),
    "ideas.answered": ("ideas", "around_idea"),
    "ideas.merged": ("ideas", "around_idea"),
    "ideas.commented": ("replies", "wrote_idea"),
    "ideas.replied": ("replies", "wrote_comment"),
    "cases.replied": ("answers", "told_us"),
    "cases.resolved": ("answers", "told_us"),
    "cases.promised": ("answers", "told_us"),
    "cases.promise_kept": ("answers", "told_us"),
    "cases.promise_broken": ("answers", "told_us"),
    "cases.assigned": ("desk", "has_case"),
    "cases.process_assigned": ("desk", "has_process"),
    "cases.item_added": ("desk", "has_case"),
    "cases.reminded": ("desk", "has_case"),
    "cases.unassigned": ("desk", "has_triage"),
    "cases.escalated": ("desk", "steps_in"),
    "cases.overdue": ("desk", "has_case"),
    "cases.member_replied": ("desk", "has_case"),
    "cases.helped": ("desk", "has_case"),
    "cases.reopened": ("desk", "has_case"),
    "cases.promise_missed": ("desk", "has_case"),
    "cases.praised": ("desk", "is_praised"),
    "surveys.invited": ("surveys", "is_asked"),
    "surveys.reminded": ("surveys", "is_asked"),
    "surveys.told_back": ("heard", "answered"),
    "surveys.set_aside": ("heard", "answered"),
    "surveys.taken_in": ("heard", "answered"),
    "surveys.not_opened": ("upkeep", "owns_survey"),
    "loyalty.adjusted": ("points", "has_points"),
    "loyalty.clawed_back": ("points", "has_points"),
    "loyalty.denied": ("points", "has_points"),
    "loyalty.points_expiring": ("points", "has_points"),
    "loyalty.tier_reached": ("points", "has_points"),
    "loyalty.tier_grace": ("points", "has_points"),
    "loyalty.tier_left": ("points", "has_points"),
    "loyalty.tier_removed": ("points", "has_points"),
    "loyalty.reward_fulfilled": ("points", "wished_reward"),
    "loyalty.reward_released": ("points", "wished_reward"),
    "loyalty.reward_asked": ("upkeep", "hands_over"),
    "loyalty.adjustment_asked": ("upkeep", "second_pair"),
    "loyalty.adjustment_refused": ("upkeep", "asked_adjustment"),
    "loyalty.mismatched": ("upkeep", "keeps_books"),
    "moderation.decided": ("care", "wrote_text"),
    "moderation.shown": ("care", "wrote_text"),
    "moderation.undone": ("care", "wrote_text"),
    "moderation.asked": ("care", "wrote_text"),
    "moderation.appeal_decided": ("care", "wrote_text"),
    "moderation.pause_ended": ("care", "is_concerned"),
    "moderation.trust_changed": ("care", "is_concerned"),
    "moderation.flag_answered": ("care", "flagged"),
    "moderation.hidden_by_flags": ("upkeep", "moderates"),
    "moderation.appealed": ("upkeep", "moderates"),
    "moderation.answered": ("upkeep", "moderates"),
    "panels.decided": ("care", "wished_to_join"),
    "panels.asked": ("upkeep", "admits"),
    "insights.made": ("reports", "gets_report"),
    "insights.ready": ("reports", "asked_report"),
    "insights.failed": ("reports", "asked_report"),
    "insights.stopped": ("reports", "runs_report"),
}


def topic_of(kind: str) -> Topic | None:
    """What a notice of this kind is about; None for a kind that is never mailed."""
    return TOPICS[KINDS[kind][0]] if kind in KINDS else None


def is_mailed(kind: str) -> bool:
    """Whether notices of this kind go out by mail, unless the member does not want that."""
    topic = topic_of(kind)
    return topic is not None and topic.is_mailed


def is_by_member(kind: str) -> bool:
    """Whether who did it is met as a member, and so called as the panel calls its members."""
    return kind in KINDS and KINDS[kind][0] == "replies"


def why_of(kind: str) -> str:
    """The key of the reason for which members are told this kind, "" if there is none."""
    return KINDS[kind][1] if kind in KINDS else ""


def reason_of(kind: str, why: str) -> Any:
    """The reason as a sentence: the one kept with the notice, else that of its kind, else ""."""
    return REASONS.get(why or why_of(kind), "")


def topics_for(*, is_staff: bool) -> list[Topic]:
    """What a member can choose a pace for."""
    return [topic for topic in TOPICS.values() if is_staff or not topic.is_for_staff]
