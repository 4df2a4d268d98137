"""What a member's objection to a text weighs, and how much of it hides a text until somebody has looked."""

import math
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

# What a member may object to, in the order of the form.
LABELS: Mapping[str, Any] = {
    "spam": _l("It is advertising, or the same over and over"),
    "insult": _l("It insults or threatens somebody"),
    "personal_data": _l("It tells who or where somebody is"),
    "off_topic": _l("It has nothing to do with this place"),
    "illegal": _l("It may be against the law"),
    "other": _l("Something else"),
}

# Newcomers are heard, but a handful of new accounts cannot silence anybody (methods 4.2).
LEVEL_BONUS = (0.4, 1.0, 1.5, 2.0)
# Three members without a record, on the first level, hide a text that nobody supports.
BASE = 1.5
# Each doubling of the support asks for one more such member.
PER_DOUBLING = 0.5
# New accounts are quickly made: what weighs less than this counts together for no more than LIGHT_MOST, which
# brings a text before moderators but never hides it.
LIGHT = 0.4
LIGHT_MOST = 1.0
# Nobody hides alone what others wrote, however good their record.
LEAST_FLAGGERS = 2


def weight(*, agreed: int, disagreed: int, level: int) -> float:
    """What a flag of somebody counts whom moderators agreed and disagreed with so often until now.

    (agreed + 1) / (agreed + disagreed + 2), the mean of a rate about which nothing was known before.
    """
    return (agreed + 1) / (agreed + disagreed + 2) * LEVEL_BONUS[level]


def threshold(support_count: int) -> float:
    """The sum of weights that hides a text with so much support."""
    return BASE + PER_DOUBLING * math.log2(1 + max(support_count, 0))


def is_hidden_by(weights: list[float], *, support_count: int, dismissed: float = 0) -> bool:
    """Whether these open flags, one of each member, hide the text until a moderator has looked.

    `dismissed` is what flags weighed that moderators disagreed with: what they let stand is not hidden again
    by as many new accounts.
    """
    least = threshold(support_count) + dismissed
    light = math.fsum(weight for weight in weights if weight < LIGHT)
    heavy = math.fsum(weight for weight in weights if weight >= LIGHT)
    return len(weights) >= LEAST_FLAGGERS and heavy + min(light, LIGHT_MOST) >= least
