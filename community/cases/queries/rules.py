"""Reading what decides about a text: rules, service levels, and the facts they ask for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from community.cases import routing
from community.cases.dealing import Wish
from community.cases.models import Case, RoutingRule, ServiceLevel
from community.cases.routing import Facts
from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem, ItemTopic, Topic
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.loyalty.queries import tiers
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Segment


class Rules(NamedTuple):
    """The rules that are switched on, in their order, whom each wishes for, and the service levels."""

    ordered: tuple[routing.Rule, ...]
    wishes: Mapping[int, Wish]
    levels: tuple[ServiceLevel, ...]

    def wish_of(self, rule_id: int | None) -> Wish | None:
        """Whom a rule names; None without a rule."""
        return self.wishes.get(rule_id) if rule_id is not None else None

    def level_for(self, facts: Facts) -> ServiceLevel | None:
        """The first service level that is for such a text."""
        for level in self.levels:
            if routing.fits_level(
                facts,
                kind=level.kind,
                min_urgency=level.min_urgency,
                segment_id=level.segment_id,
                tier_id=level.tier_id,
            ):
                return level
        return None


def get_rules() -> Rules:
    """All that decides about a text."""
    return _rules(list_rules(), list_levels())


def hold_rules() -> Rules:
    """All that decides about a text; none of it can be deleted until the unit of work ends.

    Held before anything else: what is opened by a rule refers to it, and whoever deletes it takes its cases.
    Changing a rule, and many who deal out at once, stand in nobody's way.
    """
    held: list[Any] = []
    for model in (RoutingRule, ServiceLevel):
        statement = select(model).order_by(model.id).with_for_update(read=True, key_share=True)
        rows: list[Any] = list(db.session.scalars(statement.execution_options(populate_existing=True)))
        held.append(sorted(rows, key=_place))
    return _rules(*held)


def list_rules() -> list[RoutingRule]:
    """All rules in the order in which they are asked."""
    return list(db.session.scalars(select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)))


def get_rule(rule_id: int) -> RoutingRule:
    """The rule; NotFound if there is none."""
    return get_row(RoutingRule, rule_id)


def list_levels() -> list[ServiceLevel]:
    """All service levels in the order in which they are asked."""
    return list(db.session.scalars(select(ServiceLevel).order_by(ServiceLevel.position, ServiceLevel.id)))


def get_level(level_id: int) -> ServiceLevel:
    """The service level; NotFound if there is none."""
    return get_row(ServiceLevel, level_id)


def last_position(model: type[RoutingRule] | type[ServiceLevel]) -> int:
    """The position of the last rule or level, 0 if there is none."""
    return db.session.scalar(select(func.max(model.position))) or 0


def lock_all(model: type[RoutingRule] | type[ServiceLevel]) -> list[RoutingRule | ServiceLevel]:
    """All rules or levels in their order, locked until the unit of work ends."""
    # Locked by number, as those that count what fired do.
    statement = select(model).order_by(model.id).with_for_update(key_share=True)
    rows: list[Any] = list(db.session.scalars(statement.execution_options(populate_existing=True)))
    return sorted(rows, key=_place)


def lock_to_delete(row: RoutingRule | ServiceLevel) -> None:
    """Lock a rule or level against any use, then the cases it has led to, until the unit of work ends.

    Deleting it empties its column in those cases, which must not meet them in an order of its own.
    """
    model, column = (
        (RoutingRule, Case.rule_id) if isinstance(row, RoutingRule) else (ServiceLevel, Case.service_level_id)
    )
    if db.session.scalar(select(model.id).where(model.id == row.id).with_for_update()) is None:
        raise NotFound()
    db.session.execute(
        select(Case.id).where(column == row.id).order_by(Case.id).with_for_update(key_share=True)
    ).all()


def list_facts(items: Sequence[FeedbackItem], rules: Rules) -> dict[int, Facts]:
    """What rules may ask about each of these items, in a fixed number of statements."""
    ids = [item.id for item in items]
    topics, said = _list_topics(items), feedback.standing_corrections(ids)
    author_ids = {item.author_id for item in items if item.author_id is not None}
    segments, reached = _list_segments(author_ids, rules), _list_tiers(author_ids, rules)
    return {
        item.id: Facts(
            panel_id=item.panel_id,
            source=item.source,
            kind=item.kind,
            sentiment=item.sentiment,
            urgency=item.urgency,
            language=item.language,
            topic_ids=topics[item.id],
            segment_ids=segments.get(item.author_id or 0, frozenset()),
            tier_ids=reached.get(item.author_id or 0, frozenset()),
            has_member=item.author_id is not None,
            unsure=routing.READ_FACTS - said.get(item.id, {}).keys() if item.is_unsure else frozenset(),
            is_scored=item.state == "read" and item.sentiment is not None,
        )
        for item in items
    }


def _place(row: RoutingRule | ServiceLevel) -> tuple[int, int]:
    return row.position, row.id


def _rules(rows: Sequence[RoutingRule], levels: Sequence[ServiceLevel]) -> Rules:
    enabled = [row for row in rows if row.is_enabled]
    return Rules(
        ordered=tuple(routing.Rule(row.id, row.conditions, row.effect) for row in enabled),
        wishes={row.id: Wish(row.owner_id, row.team_id, row.process_owner_id) for row in enabled},
        levels=tuple(level for level in levels if level.is_enabled),
    )


def _list_topics(items: Sequence[FeedbackItem]) -> dict[int, frozenset[int]]:
    """The settled topics of each item with all those above them."""
    own: dict[int, set[int]] = {item.id: {item.topic_id} if item.topic_id else set() for item in items}
    for item_id, topic_id in db.session.execute(
        select(ItemTopic.item_id, ItemTopic.topic_id).where(ItemTopic.item_id.in_(own), ItemTopic.is_settled)
    ):
        own[item_id].add(topic_id)
    above = dict(db.session.execute(select(Topic.id, Topic.parent_id)).all())
    found = {}
    for item_id, waiting in own.items():
        seen: set[int] = set()
        while waiting:
            topic_id = waiting.pop()
            seen.add(topic_id)
            parent_id = above.get(topic_id)
            if parent_id is not None and parent_id not in seen:
                waiting.add(parent_id)
        found[item_id] = frozenset(seen)
    return found


def _list_segments(author_ids: Collection[int], rules: Rules) -> dict[int, frozenset[int]]:
    """The segments that rules or levels speak of and that mean each author; one statement a segment."""
    asked = {level.segment_id for level in rules.levels if level.segment_id is not None}
    asked.update(each for rule in rules.ordered for each in rule.conditions.get("segment", ()))
    if not asked or not author_ids:
        return {}
    found: dict[int, set[int]] = {}
    for segment in db.session.scalars(select(Segment).where(Segment.id.in_(asked)).order_by(Segment.id)):
        meant = panels.ids_of_members_who(segment.rule).where(Member.id.in_(author_ids))
        for member_id in db.session.scalars(meant):
            found.setdefault(member_id, set()).add(segment.id)
    return {member_id: frozenset(segment_ids) for member_id, segment_ids in found.items()}


def _list_tiers(author_ids: Collection[int], rules: Rules) -> dict[int, frozenset[int]]:
    """The tier of each author with all those below it, if anything asks for tiers."""
    is_asked = any(level.tier_id is not None for level in rules.levels)
    is_asked = is_asked or any("min_tier" in rule.conditions for rule in rules.ordered)
    return tiers.reached_by(author_ids) if is_asked and author_ids else {}
