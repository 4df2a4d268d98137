"""Why a case is where it is, and what a rule asks, in words for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from community.cases import routing
from community.cases.models import Case
from community.feedback import wording
from community.infra.language import text_in


def _(text: str, **values: object) -> str:
    # Typed, other than what it calls.
    return str(gettext(text, **values))


EFFECTS: Mapping[str, Any] = {
    "case": _l("Becomes a case"),
    "pass_on": _l("Is passed on to those it praises"),
    "leave": _l("Is answered where it stands"),
}
STRATEGIES: Mapping[str, Any] = {
    "round_robin": _l("In turn"),
    "least_loaded": _l("To who has the fewest open cases"),
}


@dataclass(frozen=True)
class Names:
    """What topics, panels, segments and tiers are called, by their numbers."""

    topics: Mapping[int, str]
    panels: Mapping[int, str]
    segments: Mapping[int, str]
    tiers: Mapping[int, str]


def why_here(case: Case) -> str:
    """Which rule, topic or person put the case where it is, as a sentence."""
    owner = case.owner.display_name if case.owner is not None else _("nobody")
    rule = text_in(case.rule.name) if case.rule is not None else _("one that is no longer there")
    match case.routed_by:
        case "rule":
            return _by_rule(case, rule=rule, owner=owner)
        case "topic":
            return _("By the rule “%(rule)s”, for who answers for the topic.", rule=rule)
        case "nobody":
            return _("By the rule “%(rule)s”. It leads to nobody who is there: who takes it?", rule=rule)
        case "unsure":
            return _("We are not sure what this says. Say what it is, and the rules take it from there.")
        case "no_rule":
            return _("No rule fits: who takes it?")
    return _("Somebody put it here by hand.")


def conditions_in_words(conditions: Mapping[str, Any], names: Names) -> list[str]:
    """What a rule asks, one sentence for each condition."""
    return [_condition(fact, conditions[fact], names) for fact in routing.FACTS if fact in conditions]


def _by_rule(case: Case, *, rule: str, owner: str) -> str:
    if case.team is not None:
        return _(
            "By the rule “%(rule)s”, for the team “%(team)s”; it was the turn of %(name)s.",
            rule=rule,
            team=case.team.name,
            name=owner,
        )
    if case.rule is not None and case.rule.owner_id not in (None, case.owner_id):
        return _("By the rule “%(rule)s”; %(name)s covers for who is away.", rule=rule, name=owner)
    return _("By the rule “%(rule)s”, for %(name)s.", rule=rule, name=owner)


def _condition(fact: str, wanted: Any, names: Names) -> str:
    match fact:
        case "source":
            return _("Source: %(values)s", values=_listed(wanted, wording.SOURCES))
        case "panel":
            return _("Panel: %(values)s", values=_listed(wanted, names.panels))
        case "kind":
            return _("Kind: %(values)s", values=_listed(wanted, wording.KINDS))
        case "topic":
            return _("Topic: %(values)s", values=_listed(wanted, names.topics))
        case "sentiment":
            return _("Sentiment: %(values)s", values=_listed(wanted, wording.SENTIMENTS))
        case "min_urgency":
            return _("Urgency: %(value)s or more", value=wording.URGENCY[wanted])
        case "language":
            return _("Language: %(values)s", values=_listed(wanted, wording.LANGUAGES))
        case "segment":
            return _("Segment: %(values)s", values=_listed(wanted, names.segments))
        case "min_tier":
            return _("Tier: %(name)s or higher", name=names.tiers.get(wanted, "…"))
    return _("By a member") if wanted else _("By somebody without an account")


def _listed(values: Sequence[Any], labels: Mapping[Any, Any]) -> str:
    joint = _("or")
    return f" {joint} ".join(str(labels.get(value, "…")) for value in values)
