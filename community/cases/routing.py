"""Which rule decides about a text: conditions against facts, in order, and the first that fits.

What was read in a text (topic, kind, sentiment) may be wrong where the reading is not sure enough. Then a
person decides first, unless it ends without a case whatever the text turns out to be. What nobody here can
read always goes to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# In the order in which conditions are asked for and told.
FACTS = (
    "source", "panel", "kind", "topic", "sentiment", "min_urgency", "language", "segment", "min_tier",
    "has_member",
)  # fmt: skip
# What a reading says, and may say wrongly.
READ_FACTS = frozenset({"topic", "kind", "sentiment"})


@dataclass(frozen=True)
class Facts:
    """All that rules and service levels may ask about a text.

    Topics come with those above them, the tier of its author with those below it.
    """

    panel_id: int
    source: str
    kind: str | None
    sentiment: str | None
    urgency: int
    language: str | None
    topic_ids: frozenset[int]
    segment_ids: frozenset[int]
    tier_ids: frozenset[int]
    has_member: bool
    # Those of `READ_FACTS` that the reading is not sure of and no person has said.
    unsure: frozenset[str]
    # False: nobody here can read it, or reading it failed.
    is_scored: bool


@dataclass(frozen=True)
class Rule:
    """A routing rule as far as deciding goes."""

    id: int
    conditions: Mapping[str, Any]
    effect: str


class Decision(NamedTuple):
    """What is to be done about a text, and why: "rule", "unsure" or "no_rule"."""

    effect: str
    reason: str
    rule_id: int | None


UNSURE = Decision("case", "unsure", None)
NO_RULE = Decision("case", "no_rule", None)


def decide(facts: Facts, rules: Sequence[Rule]) -> Decision:
    """What the rules, in their order, say about a text; without one that fits it goes to the triage desk."""
    if not facts.is_scored:
        return UNSURE
    possible: list[Rule] = []
    for rule in rules:
        answer = fits(rule.conditions, facts)
        if answer is False:
            continue
        possible.append(rule)
        if answer:
            is_plain = len(possible) == 1 or all(each.effect != "case" for each in possible)
            return Decision(rule.effect, "rule", rule.id) if is_plain else UNSURE
    return UNSURE if possible else NO_RULE


def fits(conditions: Mapping[str, Any], facts: Facts) -> bool | None:
    """Whether all conditions hold; None if that hangs on what the reading is not sure of."""
    held = {name: _holds(name, wanted, facts) for name, wanted in conditions.items()}
    if not all(is_held for name, is_held in held.items() if name not in facts.unsure):
        return False
    return None if facts.unsure & held.keys() else True


def fits_level(
    facts: Facts, *, kind: str | None, min_urgency: int, segment_id: int | None, tier_id: int | None
) -> bool:
    """Whether a service level is for such a text; None fits all."""
    return (
        kind in (None, facts.kind)
        and facts.urgency >= min_urgency
        and (segment_id is None or segment_id in facts.segment_ids)
        and (tier_id is None or tier_id in facts.tier_ids)
    )


def _holds(name: str, wanted: Any, facts: Facts) -> bool:
    match name:
        case "source":
            return facts.source in wanted
        case "panel":
            return facts.panel_id in wanted
        case "kind":
            return facts.kind in wanted
        case "topic":
            return not facts.topic_ids.isdisjoint(wanted)
        case "sentiment":
            return facts.sentiment in wanted
        case "min_urgency":
            return bool(facts.urgency >= wanted)
        case "language":
            return facts.language in wanted
        case "segment":
            return not facts.segment_ids.isdisjoint(wanted)
        case "min_tier":
            return wanted in facts.tier_ids
        case "has_member":
            return facts.has_member is wanted
    raise ValueError(f"rules know no fact {name!r}")
