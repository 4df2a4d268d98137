"""What waits for moderators, what they decided, flags, rules and trust."""

from community.moderation.models.flags import (
    FLAG_OUTCOMES,
    FLAG_REASONS,
    SANCTION_KINDS,
    Flag,
    Sanction,
)
from community.moderation.models.queue import (
    APPEAL_STATES,
    QUEUE_KINDS,
    QUEUE_STATES,
    SUBJECTS,
    UNDONE_AS,
    VERBS,
    Appeal,
    Decision,
    ModerationMessage,
    QueueItem,
)
from community.moderation.models.rules import WORD_EFFECTS, BlockedWord, ScreeningRules
from community.moderation.models.trust import TrustChange, TrustStanding

__all__ = [
    "APPEAL_STATES",
    "FLAG_OUTCOMES",
    "FLAG_REASONS",
    "QUEUE_KINDS",
    "QUEUE_STATES",
    "SANCTION_KINDS",
    "SUBJECTS",
    "UNDONE_AS",
    "VERBS",
    "WORD_EFFECTS",
    "Appeal",
    "BlockedWord",
    "Decision",
    "Flag",
    "ModerationMessage",
    "QueueItem",
    "Sanction",
    "ScreeningRules",
    "TrustChange",
    "TrustStanding",
]
