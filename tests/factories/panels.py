"""Panels for tests, people in them, what is asked at their doors, and segments of members."""

import itertools
from datetime import date
from typing import Any

from sqlalchemy import func, select

from community.infra.db import db, unit_of_work
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels.models import Membership, Panel, QuotaCell, ScreenerQuestion, Segment

_numbers = itertools.count(1)


def make_panel(name: str = "", *, members: tuple[Member, ...] = (), **values: object) -> Panel:
    """An open panel that admits anyone, with these members in it."""
    number = next(_numbers)
    values.setdefault("slug", f"panel-{number}")
    with unit_of_work() as session:
        panel = Panel(name=name or f"Panel {number}", member_count=len(members), **values)
        session.add(panel)
        session.flush()
        session.add_all(Membership(panel_id=panel.id, member_id=member.id) for member in members)
    return panel


def make_segment(rule: dict[str, Any], *, name: str = "") -> Segment:
    """A segment with this rule."""
    with unit_of_work() as session:
        segment = Segment(name=name or f"Segment {next(_numbers)}", rule=rule)
        session.add(segment)
    return segment


def make_attribute(
    key: str, kind: str = "single_choice", *options: str, **values: object
) -> ProfileAttribute:
    """A profile question; each option is its own text."""
    values.setdefault("label", {"en": key.capitalize()})
    with unit_of_work() as session:
        attribute = ProfileAttribute(
            key=key,
            kind=kind,
            why={"en": "To ask the right people."},
            options=[{"key": option, "en": option.capitalize()} for option in options],
            **values,
        )
        session.add(attribute)
    return attribute


def answer(member: Member, attribute: ProfileAttribute, *values: object) -> None:
    """What the member tells about themselves; several values for several choices."""
    column = {"number": "number", "date": "on", "text": "text"}.get(attribute.kind, "option")
    if attribute.kind == "date":
        values = tuple(date.fromisoformat(str(value)) for value in values)
    with unit_of_work() as session:
        session.add_all(
            AttributeAnswer(
                member_id=member.id,
                attribute_id=attribute.id,
                **{column: value},
            )
            for value in values
        )


def make_cell(panel: Panel, rule: dict[str, Any], *, target_count: int = 1, name: str = "") -> QuotaCell:
    """Places in the panel for whom the rule means."""
    with unit_of_work() as session:
        cell = QuotaCell(
            panel_id=panel.id, rule=rule, target_count=target_count, name=name or f"Cell {next(_numbers)}"
        )
        session.add(cell)
    return cell


def make_question(panel: Panel, text: str = "Do you cook?", **options: bool) -> ScreenerQuestion:
    """A question at the door; each option says whether it lets one in."""
    options = options or {"yes": True, "no": False}
    with unit_of_work() as session:
        question = ScreenerQuestion(
            panel_id=panel.id,
            text=text,
            options=[
                {"key": key, "text": key.capitalize(), "admits": admits} for key, admits in options.items()
            ],
        )
        session.add(question)
    return question


def names_in(panel: Panel) -> set[str]:
    """The names of the people in the panel; fails if its counts are not those of its rows."""
    standing = (Membership.panel_id == panel.id, Membership.left_at.is_(None))
    names = list(
        db.session.scalars(
            select(Member.display_name).join(Membership, Membership.member_id == Member.id).where(*standing)
        )
    )
    assert db.session.scalar(select(Panel.member_count).where(Panel.id == panel.id)) == len(names)
    places = db.session.execute(
        select(
            QuotaCell.filled_count,
            select(func.count())
            .select_from(Membership)
            .where(Membership.cell_id == QuotaCell.id, Membership.left_at.is_(None))
            .scalar_subquery(),
        ).where(QuotaCell.panel_id == panel.id)
    )
    assert all(counted == held for counted, held in places)
    return set(names)
