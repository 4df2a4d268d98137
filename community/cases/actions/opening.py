"""Put what was said where the rules say: a case on a desk, kind words passed on, or left where it stands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from community.activity.actions import record
from community.cases import clocks, routing, summary
from community.cases.actions import assigning, history, praising, shrinking
from community.cases.dealing import Choice, Hands
from community.cases.models import Case, CaseItem, RoutingRule, ServiceLevel, TeamMember
from community.cases.queries import openings, owners
from community.cases.queries import rules as rule_queries
from community.cases.queries.rules import Rules
from community.cases.routing import Decision, Facts
from community.feedback.actions import advance
from community.feedback.models import FeedbackItem
from community.feedback.queries.intake import lock_items
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, NotFound
from community.members.models import Member
from community.panels.models import Panel

# Reasons of urgency that are never only one more word about what is known.
GRAVE = frozenset({"safety", "legal"})


@dataclass(frozen=True)
class Dealing:
    """What one round of dealing out knows: rules, the facts and decision of each item, and who is there."""

    rules: Rules
    facts: Mapping[int, Facts]
    decisions: Mapping[int, Decision]
    hands: Hands


def open_for_items(item_ids: Collection[int]) -> None:
    """Put each of these texts where the rules say; again, or by two at once, gives no second case.

    A text of an author who has an open case in the same thread and on the same matter joins that case. One
    that is in a case already was read anew or corrected: it is dealt out again if nobody has touched it.
    """
    with unit_of_work():
        items = openings.list_items(item_ids)
        # Locks in the one order of the house: rules, panels, cases, teams, items.
        rules = rule_queries.hold_rules()
        facts = rule_queries.list_facts(items, rules)
        decisions = {item.id: routing.decide(facts[item.id], rules.ordered) for item in items}
        known = openings.own_cases_of(decisions)
        fresh = [item for item in items if item.id not in known and decisions[item.id].effect == "case"]
        for panel_id in sorted({item.panel_id for item in fresh}):
            lock(Panel, panel_id)
        contacts = openings.open_cases_of_authors(fresh)
        cases = openings.lock_cases({*known.values(), *contacts.values()})
        hands = owners.get_hands(_teams_of(decisions.values(), rules))
        dealing = Dealing(rules, facts, decisions, hands)
        decided_ids = _deal_out(lock_items(list(decisions)), dealing, cases=cases, contacts=contacts)
        _note_turns(hands)
        _count_fired(decisions[item_id].rule_id for item_id in decided_ids)


def open_by_hand(item: FeedbackItem, *, by: Member, owner: Member | None = None) -> Case:
    """Make a case of a text that the rules left alone; Conflict if it is in one already."""
    with unit_of_work():
        rules = rule_queries.hold_rules()
        lock(Panel, item.panel_id)
        locked = lock(FeedbackItem, item.id)
        if locked.state == "withdrawn":
            raise NotFound()
        if openings.own_cases_of([locked.id]):
            raise Conflict(_l("This is a case already."))
        facts = rule_queries.list_facts([locked], rules)[locked.id]
        level = rules.level_for(facts)
        case = open_case(locked, Choice(owner, None, None, "by_hand"), level=level, by=by)
        if owner is not None:
            advance([locked.id], "with_person")
    return case


def open_case(
    item: FeedbackItem,
    choice: Choice,
    *,
    rule_id: int | None = None,
    level: ServiceLevel | None = None,
    by: Member | None = None,
) -> Case:
    """Open the case of a locked item inside the caller's unit of work; the caller moves the parcel on."""
    owner, process_owner, team_id, routed_by = choice
    now = clock.now()
    with unit_of_work() as session:
        case = Case(
            panel_id=item.panel_id,
            title=summary.title_of(item),
            state="assigned" if owner is not None else "new",
            owner=owner,
            assigned_at=now if owner is not None else None,
            process_owner=process_owner,
            team_id=team_id,
            rule_id=rule_id,
            routed_by=routed_by,
            opened_at=item.received_at,
            item_count=1,
        )
        clocks.begin(case, level)
        summary.take_facts(case, [item])
        session.add(case)
        session.flush()
        session.add(CaseItem(case_id=case.id, item_id=item.id, added_at=now))
        why: dict[str, Any] = {"routed_by": routed_by, "rule_id": rule_id, "team_id": team_id}
        history.write(case, "opened", actor=by, item_id=item.id, **why)
        if owner is not None:
            history.write(case, "assigned", actor=by, from_state="new", owner_id=owner.id, was_id=None, **why)
        record(
            "case.opened",
            subject=case,
            actor=by,
            panel_id=case.panel_id,
            title=case.title,
            to_id=case.owner_id,
        )
    return case


def add_item(case: Case, item: FeedbackItem, *, by: Member | None = None) -> None:
    """Put another locked item into a locked case, inside the caller's unit of work."""
    with unit_of_work() as session:
        session.add(CaseItem(case_id=case.id, item_id=item.id, added_at=clock.now()))
        session.flush()
        case.item_count += 1
        summary.take_facts(case, openings.list_items_in(case.id))
        history.write(case, "item_added", actor=by, item_id=item.id)
        if case.owner_id is not None:
            advance([item.id], "with_person")
        record(
            "case.item_added",
            subject=case,
            actor=by,
            panel_id=case.panel_id,
            title=case.title,
            item_id=item.id,
            to_id=case.owner_id,
        )


def _deal_out(
    items: Iterable[FeedbackItem],
    dealing: Dealing,
    *,
    cases: Mapping[int, Case],
    contacts: dict[tuple[str, int], int],
) -> list[int]:
    """Act on what was decided, and say about which items a rule has decided something new."""
    decided_ids: list[int] = []
    dealt_before = openings.ids_dealt_before(dealing.decisions)
    with_person: list[int] = []
    open_cases = dict(cases)
    # Asked again under the locks: another worker may have dealt out the same items meanwhile.
    known = openings.own_cases_of(dealing.decisions)
    for item in items:
        decision = dealing.decisions[item.id]
        if item.state not in ("read", "failed"):
            continue
        if item.id in known:
            if known[item.id] in cases:
                _deal_again(cases[known[item.id]], item, dealing)
            continue
        is_new = item.id not in dealt_before or decision.effect == "case"
        if decision.effect == "pass_on":
            is_new = bool(_pass_on(item, dealing)) or is_new
        if is_new:
            decided_ids.append(item.id)
        if decision.effect != "case":
            continue
        contact = (item.thread, item.author_id or 0)
        standing = open_cases.get(contacts.get(contact, 0))
        if standing is not None and standing.is_open and _is_same_matter(standing, item):
            _join(standing, item, dealing)
            continue
        case = _open(item, dealing)
        if case.owner is not None:
            with_person.append(item.id)
        if item.thread and item.author_id is not None:
            open_cases[case.id], contacts[contact] = case, case.id
    advance(with_person, "with_person")
    return decided_ids


def _open(item: FeedbackItem, dealing: Dealing) -> Case:
    return open_case(
        item,
        _choose(item, dealing),
        rule_id=dealing.decisions[item.id].rule_id,
        level=dealing.rules.level_for(dealing.facts[item.id]),
    )


def _is_same_matter(case: Case, item: FeedbackItem) -> bool:
    """Whether an author's further text carries their case on; another topic or a danger is its own case."""
    has_other_topic = None not in (case.topic_id, item.topic_id) and case.topic_id != item.topic_id
    return not has_other_topic and GRAVE.isdisjoint(item.urgency_reasons)


def _join(case: Case, item: FeedbackItem, dealing: Dealing) -> None:
    """Somebody says something again before they were helped: that is more urgent than saying it once."""
    add_item(case, item)
    case.urgency = max(case.urgency, 1)
    level = dealing.rules.level_for(dealing.facts[item.id])
    if level is not None and case.answered_at is None:
        clocks.hasten(case, level)
    clocks.wait_again(case, now=clock.now())


def _deal_again(case: Case, item: FeedbackItem, dealing: Dealing) -> None:
    """What was read in a text has changed: if nobody has begun, its case goes where it would go now."""
    summary.take_facts(case, openings.list_items_in(case.id))
    if not case.is_open or openings.is_touched(case.id):
        return
    decision = dealing.decisions[item.id]
    if decision.effect != "case":
        if decision.effect == "pass_on":
            _pass_on(item, dealing)
        shrinking.take_out(case, item, why="routed")
        return
    level = dealing.rules.level_for(dealing.facts[item.id])
    if level is not case.service_level:
        clocks.begin(case, level)
    if decision.rule_id == case.rule_id and case.routed_by == "rule" and case.owner_id is not None:
        return
    choice = _choose(item, dealing)
    if choice.owner is None and case.owner_id is not None:
        return
    case.routed_by, case.rule_id, case.team_id = choice.routed_by, decision.rule_id, choice.team_id
    if choice.process_owner is not None:
        case.process_owner_id = choice.process_owner.id
    if choice.owner is not None and choice.owner.id != case.owner_id:
        assigning.give(case, choice.owner, by=None)


def _pass_on(item: FeedbackItem, dealing: Dealing) -> list[int]:
    rule_id = dealing.decisions[item.id].rule_id
    return praising.pass_on(item, rule_id=rule_id, wish=dealing.rules.wish_of(rule_id), hands=dealing.hands)


def _choose(item: FeedbackItem, dealing: Dealing) -> Choice:
    decision = dealing.decisions[item.id]
    choice = dealing.hands.choose(
        dealing.rules.wish_of(decision.rule_id),
        panel_id=item.panel_id,
        topic_id=item.topic_id,
        now=clock.now(),
    )
    return choice if decision.reason == "rule" else choice._replace(routed_by=decision.reason)


def _teams_of(decisions: Iterable[Decision], rules: Rules) -> set[int]:
    wishes = (rules.wish_of(decision.rule_id) for decision in decisions)
    return {wish.team_id for wish in wishes if wish is not None and wish.team_id is not None}


def _note_turns(hands: Hands) -> None:
    for team_id, turns in hands.teams.items():
        for member_id, given_at in turns.given.items():
            db.session.execute(
                update(TeamMember)
                .where(TeamMember.team_id == team_id, TeamMember.member_id == member_id)
                .values(last_given_at=given_at)
            )


def _count_fired(rule_ids: Iterable[int | None]) -> None:
    fired: dict[int, int] = {}
    for rule_id in rule_ids:
        if rule_id is not None:
            fired[rule_id] = fired.get(rule_id, 0) + 1
    # Last, and in one order: the only rows here that all panels share.
    for rule_id, count in sorted(fired.items()):
        db.session.execute(
            update(RoutingRule)
            .where(RoutingRule.id == rule_id)
            .values(fired_count=RoutingRule.fired_count + count)
            .execution_options(synchronize_session=False)
        )
