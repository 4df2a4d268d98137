"""Reading what staff set up, and what their rules would do with what was said last."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.cases import routing
from community.cases.explaining import Names
from community.cases.models import Absence, RoutingRule, Team, TeamMember
from community.cases.queries import owners
from community.cases.queries import rules as rule_queries
from community.cases.queries.rules import Rules
from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.feedback.wording import when_said
from community.infra.db import db, get_row
from community.infra.language import current_locale, text_in
from community.infra.text import excerpt
from community.loyalty.queries import tiers
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Panel

PREVIEWED = 100
EXCERPT = 110


class TeamLine(NamedTuple):
    """A team in the list, with the names of who is in it."""

    id: int
    name: str
    strategy: str
    members: tuple[str, ...]


class PreviewLine(NamedTuple):
    """One of the last texts, and what the rules would do with it; `rule_id` is None if none decides."""

    id: int
    words: str
    kind: str | None
    sentiment: str | None
    author_name: str | None
    said_at: date | datetime
    effect: str
    reason: str
    rule_id: int | None


def get_names() -> Names:
    """What topics, panels, segments and tiers are called in the reader's language."""
    locale = current_locale()
    rooms = db.session.scalars(select(Panel).order_by(Panel.name, Panel.id))
    return Names(
        topics=feedback.topic_names(),
        panels={panel.id: panel.name_in(locale) for panel in rooms},
        segments=dict(panels.list_segment_names()),
        tiers=get_tier_names(),
    )


def get_tier_names() -> dict[int, str]:
    """What tiers are called, by their numbers, the lowest first."""
    return {tier.id: text_in(tier.name) for tier in tiers.all_tiers()}


def list_people() -> list[tuple[int, str]]:
    """Everybody who answers for some panel, to choose from."""
    return [(member.id, member.display_name) for member in owners.list_staff()]


def list_teams() -> list[TeamLine]:
    """The teams that are given work, by name."""
    rows = db.session.execute(
        select(Team.id, Team.name, Team.strategy, Member.display_name)
        .outerjoin(TeamMember, TeamMember.team_id == Team.id)
        .outerjoin(Member, Member.id == TeamMember.member_id)
        .where(Team.archived_at.is_(None))
        .order_by(Team.name, Team.id, Member.name_folded, Member.id)
    )
    teams: dict[int, TeamLine] = {}
    for team_id, name, strategy, member_name in rows:
        line = teams.setdefault(team_id, TeamLine(team_id, name, strategy, ()))
        if member_name is not None:
            teams[team_id] = line._replace(members=(*line.members, member_name))
    return list(teams.values())


def get_team(team_id: int) -> Team:
    """The team; NotFound if there is none."""
    return get_row(Team, team_id)


def list_team_member_ids(team_id: int) -> list[int]:
    """Who is in a team."""
    return list(db.session.scalars(select(TeamMember.member_id).where(TeamMember.team_id == team_id)))


def list_absences(today: date, *, member_id: int | None = None) -> list[Absence]:
    """Absences that are not over, the next first; of one member if given."""
    statement = (
        select(Absence)
        .options(joinedload(Absence.member), joinedload(Absence.cover))
        .where(Absence.until_on >= today)
        .order_by(Absence.from_on, Absence.id)
    )
    if member_id is not None:
        statement = statement.where(Absence.member_id == member_id)
    return list(db.session.scalars(statement))


def get_absence(absence_id: int) -> Absence:
    """The absence; NotFound if there is none."""
    return get_row(Absence, absence_id)


def preview(rules: Rules) -> list[PreviewLine]:
    """What these rules would do with the last texts that were read, the newest first."""
    items = _list_last_items()
    facts = rule_queries.list_facts(items, rules)
    lines = []
    for item in items:
        effect, reason, rule_id = routing.decide(facts[item.id], rules.ordered)
        name = item.author.display_name if item.author is not None else None
        words = excerpt(item.full_text, EXCERPT)
        found = (item.kind, item.sentiment, name, when_said(item))
        lines.append(PreviewLine(item.id, words, *found, effect, reason, rule_id))
    return lines


def with_draft(rules: Rules, draft: routing.Rule, *, is_new: bool) -> Rules:
    """The rules with one changed, or with a new one behind the others; one that is off counts as on."""
    if is_new:
        return rules._replace(ordered=(*rules.ordered, draft))
    positions = {row.id: (row.position, row.id) for row in rule_queries.list_rules()}
    others = [rule for rule in rules.ordered if rule.id != draft.id]
    ordered = sorted([*others, draft], key=lambda rule: positions[rule.id])
    return rules._replace(ordered=tuple(ordered))


def _list_last_items() -> Sequence[FeedbackItem]:
    return list(
        db.session.scalars(
            select(FeedbackItem)
            .options(joinedload(FeedbackItem.author).lazyload(Member.roles))
            .where(FeedbackItem.state == "read")
            .order_by(FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
            .limit(PREVIEWED)
        )
    )


def list_rule_rows() -> list[RoutingRule]:
    """All rules with whom they name, in their order; a fixed number of statements."""
    return list(
        db.session.scalars(
            select(RoutingRule)
            .options(
                joinedload(RoutingRule.owner),
                joinedload(RoutingRule.process_owner),
                joinedload(RoutingRule.team),
            )
            .order_by(RoutingRule.position, RoutingRule.id)
        )
    )
