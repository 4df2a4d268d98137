"""Opening and changing panels, closing them, and the questions at their doors."""

from collections.abc import Mapping
from typing import Any, TypedDict

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Check, Invalid, unchecked
from community.members.models import Member
from community.panels import criteria, queries, slugs
from community.panels.models import Panel, ScreenerQuestion

NAME_LENGTH = 80


class Settings(TypedDict, total=False):
    """What staff can set on a panel."""

    slug: str
    name: str
    description: str
    translations: Mapping[str, Mapping[str, str]]
    visibility: str
    admission: str
    segment_id: int | None
    names_shown: str


def create_panel(staff: Member | None, *, settings: Settings) -> Panel:
    """Open a panel; Invalid if its address is taken. `staff` is None on the command line."""
    with unit_of_work() as session:
        panel = Panel(**_settled(settings))
        session.add(panel)
        _flush_slug()
        _check_circles(panel)
        activity.record(
            "panel.created", subject=panel, actor=staff, panel_id=panel.id, **compare({}, _settled(settings))
        )
    return panel


def edit_panel(staff: Member, panel: Panel, *, settings: Settings, check: Check[Panel] = unchecked) -> None:
    """Change the panel; rules that speak of it follow when its address changes."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        check(locked)
        old_slug, settled = locked.slug, _settled(settings)
        before = columns_of(locked, *settled)
        for name, value in settled.items():
            setattr(locked, name, value)
        _flush_slug()
        if locked.slug != old_slug:
            for row in queries.list_rules_speaking_of(old_slug):
                row.rule = criteria.with_panel_renamed(row.rule, old_slug, locked.slug)
        db.session.flush()
        _check_circles(locked)
        activity.record(
            "panel.edited",
            subject=locked,
            actor=staff,
            panel_id=locked.id,
            old_slug=old_slug,
            slug=locked.slug,
            **compare(before, settled),
        )


def archive_panel(staff: Member, panel: Panel) -> None:
    """Close the panel: what was said stays readable, nothing new is said."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        if locked.archived_at is None:
            locked.archived_at = clock.now()
            activity.record("panel.archived", subject=locked, actor=staff, panel_id=locked.id)


def reopen_panel(staff: Member, panel: Panel) -> None:
    """Open a closed panel again, with the people it had."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        if locked.archived_at is not None:
            locked.archived_at = None
            activity.record("panel.reopened", subject=locked, actor=staff, panel_id=locked.id)


def add_question(
    staff: Member, panel: Panel, *, text: str, options: list[dict[str, Any]]
) -> ScreenerQuestion:
    """Ask one more question at the door; each option is {"key", "text", "admits"}."""
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        last = session.scalar(
            select(func.max(ScreenerQuestion.position)).where(ScreenerQuestion.panel_id == locked.id)
        )
        question = ScreenerQuestion(panel_id=locked.id, text=text, options=options, position=(last or 0) + 1)
        session.add(question)
        _note_question(locked, staff, None, _told(text, options))
    return question


def edit_question(
    staff: Member, panel: Panel, question: ScreenerQuestion, *, text: str, options: list[dict[str, Any]]
) -> None:
    """Change a question; members who are in are not asked again."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        before = _told(question.text, question.options)
        question.text, question.options = text, options
        _note_question(locked, staff, before, _told(text, options))


def remove_question(staff: Member, panel: Panel, question: ScreenerQuestion) -> None:
    """Ask the question no longer."""
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        before = _told(question.text, question.options)
        session.delete(question)
        _note_question(locked, staff, before, None)


def _told(text: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"question": text, "answers": {option["text"]: option["admits"] for option in options}}


def _note_question(
    panel: Panel, staff: Member, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    activity.record(
        "panel.edited", subject=panel, actor=staff, panel_id=panel.id,
        **compare({"door": before}, {"door": after}),
    )  # fmt: skip


def _settled(settings: Settings) -> dict[str, Any]:
    values: dict[str, Any] = dict(settings)
    if "slug" in values:
        slugs.check_slug(values["slug"])
    if "name" in values and not 0 < len(values["name"].strip()) <= NAME_LENGTH:
        raise Invalid(
            _("Please use between %(min)d and %(max)d characters.", min=1, max=NAME_LENGTH), field="name"
        )
    if values.get("admission", "segment") != "segment":
        values["segment_id"] = None
    elif "admission" in values and values.get("segment_id") is None:
        raise Invalid(_("Please choose the segment whose members are in this panel."), field="segment_id")
    return values


def _flush_slug() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        # Lazily: to know the reader's language is to read, which waits until this is rolled back.
        raise Invalid(_l("Another panel has this address."), field="slug") from None


def _check_circles(panel: Panel) -> None:
    if criteria.find_circle(panel.slug, queries.get_dependencies()):
        raise Invalid(
            _("This segment depends on who is in this panel, so it cannot decide who is in it."),
            field="segment_id",
        )
