"""Segments, and the panels whose people they decide."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra import clock, language
from community.infra.db import BigId, UtcDateTime, db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.panels import criteria, queries
from community.panels.actions import places
from community.panels.criteria import Rule
from community.panels.models import Membership, Panel, QuotaCell, Segment

# A panel that fills for the first time is not locked for longer than this many rows take.
BATCH = 5000


def create_segment(staff: Member, *, name: str, rule: Rule) -> Segment:
    """Keep a rule under a name; Invalid if the name is taken."""
    with unit_of_work() as session:
        segment = Segment(name=name, rule=rule)
        session.add(segment)
        _flush_name()
        activity.record(
            "segment.changed", subject=segment, actor=staff, **compare({}, {"name": name, "rule": rule})
        )
    return segment


def edit_segment(staff: Member, segment: Segment, *, name: str, rule: Rule) -> None:
    """Change a segment; the panels it decides follow soon after."""
    with unit_of_work():
        locked = lock(Segment, segment.id)
        before = columns_of(locked, "name", "rule")
        locked.name, locked.rule = name, rule
        _flush_name()
        dependencies = queries.get_dependencies()
        for panel in queries.list_panels_of_segment(locked.id):
            if criteria.find_circle(panel.slug, dependencies):
                raise Invalid(
                    _("It decides who is in “%(panel)s”, so it cannot depend on that.", panel=panel.name)
                )
        activity.record(
            "segment.changed",
            subject=locked,
            actor=staff,
            name=name,
            **compare(before, {"name": name, "rule": rule}),
        )


def delete_segment(staff: Member, segment: Segment) -> None:
    """Forget a segment; Conflict while a panel stands on it."""
    with unit_of_work() as session:
        locked = lock(Segment, segment.id)
        users = queries.list_panels_of_segment(locked.id)
        if users:
            names = language.listed(panel.name for panel in users)
            raise Conflict(_("This segment decides who is in: %(panels)s. Change that first.", panels=names))
        activity.record(
            "segment.changed",
            subject=locked,
            actor=staff,
            name=locked.name,
            is_deleted=True,
            **compare(columns_of(locked, "name", "rule"), {}),
        )
        session.delete(locked)
        try:
            session.flush()
        except IntegrityError as error:
            # Surveys stand above panels; the database knows what they ask.
            raise Conflict(_("A survey asks the people of this segment, so it stays.")) from error


def follow_segment(panel_id: int, *, member_id: int | None = None) -> None:
    """Bring the panel's people in line with its segment, all of them or one; doing it again changes nothing.

    Whoever left by themselves or was taken out is not put in again; whoever came another way stays.
    """
    is_done = False
    while not is_done:
        with unit_of_work():
            is_done = _follow(lock(Panel, panel_id), member_id)


def _follow(panel: Panel, member_id: int | None) -> bool:
    if panel.admission != "segment" or panel.archived_at is not None or panel.segment is None:
        return True
    vocabulary = queries.get_vocabulary()
    if not criteria.is_understood(panel.segment.rule, vocabulary):
        # Staff see it in the list of segments; nobody loses a place because a question was taken away.
        return True
    one = Membership.member_id == member_id if member_id is not None else true()
    is_meant = queries.members_who(panel.segment.rule, vocabulary)
    left = _let_go(panel, is_meant, only=one)
    places.recount(panel)
    # Nobody stands at the door to answer: where questions are asked, members come by themselves.
    entered = [] if queries.list_questions(panel) else _take_in(panel, is_meant, only=member_id)
    places.recount(panel)
    if entered or left:
        activity.record(
            "panel.segment_followed",
            subject=panel,
            actor=None,
            panel_id=panel.id,
            entered_ids=entered,
            left_ids=left,
        )
    return len(entered) < BATCH


def _let_go(panel: Panel, is_meant: ColumnElement[bool], *, only: ColumnElement[bool]) -> list[int]:
    left = db.session.scalars(
        update(Membership)
        .where(
            Membership.panel_id == panel.id,
            Membership.left_at.is_(None),
            Membership.came_by == "segment",
            Membership.member_id.not_in(select(Member.id).where(is_meant)),
            only,
        )
        .values(left_at=clock.now(), left_by="segment", cell_id=None)
        .returning(Membership.member_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(left)


def _take_in(panel: Panel, is_meant: ColumnElement[bool], *, only: int | None) -> list[int]:
    # Standing, or left in a way that the rule may not undo.
    is_settled = exists().where(
        Membership.panel_id == panel.id,
        Membership.member_id == Member.id,
        or_(Membership.left_at.is_(None), Membership.left_by.is_distinct_from("segment")),
    )
    is_new = and_(is_meant, ~is_settled, Member.id == only if only is not None else true())
    cells = queries.list_cells(panel)
    if not cells:
        return _enter(panel, is_new, cell=None, most=BATCH)
    entered: list[int] = []
    vocabulary = queries.get_vocabulary()
    for cell in places.by_room(cells):
        fits = and_(is_new, queries.members_who(cell.rule, vocabulary))
        room = min(cell.target_count - cell.filled_count, BATCH - len(entered))
        if room > 0:
            entered += _enter(panel, fits, cell=cell, most=room)
    return entered


def _enter(panel: Panel, is_new: ColumnElement[bool], *, cell: QuotaCell | None, most: int) -> list[int]:
    entering = (
        select(
            literal(panel.id, BigId),
            Member.id,
            literal(clock.now(), UtcDateTime()),
            literal("segment"),
            literal(cell.id if cell is not None else None, BigId),
        )
        .where(is_new)
        .order_by(Member.id)
        .limit(most)
    )
    # Both databases know this statement, each under its own constructor.
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Membership).from_select(
        ["panel_id", "member_id", "joined_at", "came_by", "cell_id"], entering
    )
    entered = db.session.scalars(
        statement.on_conflict_do_update(
            index_elements=["panel_id", "member_id"],
            set_={
                "joined_at": statement.excluded.joined_at,
                "came_by": statement.excluded.came_by,
                "cell_id": statement.excluded.cell_id,
                "left_at": None,
                "left_by": None,
            },
        )
        .returning(Membership.member_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(entered)


def _flush_name() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        # Lazily: to know the reader's language is to read, which waits until this is rolled back.
        raise Invalid(_l("Another segment has this name."), field="name") from None
