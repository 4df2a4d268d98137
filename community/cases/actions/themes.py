"""The outer loop: one case for what many say, its cause, and what will end it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import compare
from community.cases import clocks
from community.cases.actions import history
from community.cases.models import Case, CaseItem
from community.cases.queries import conversation
from community.feedback import actions as feedback
from community.feedback.models import FeedbackItem, Topic
from community.feedback.queries.intake import lock_items
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.panels.models import Panel

TITLE_MOST = 200
CAUSE_MOST = 5000
MOST_ITEMS = 1000


def open_theme_case(
    panel: Panel, by: Member, *, title: str, item_ids: Sequence[int], topic_id: int | None = None
) -> Case:
    """Open a case for the cause of what these texts say; each stays in the case of its author too."""
    if not title.strip():
        raise Invalid(_l("Please fill this in."), field="title")
    if len(title) > TITLE_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=TITLE_MOST), field="title")
    with unit_of_work() as session:
        panel = lock(Panel, panel.id)
        items = _lock_texts(panel, item_ids)
        if not items:
            raise Conflict(_l("These texts were taken back meanwhile."))
        topic = db.session.get(Topic, topic_id) if topic_id is not None else None
        case = Case(
            panel_id=panel.id,
            title=title,
            is_theme=True,
            state="assigned",
            owner_id=by.id,
            assigned_at=clock.now(),
            process_owner_id=topic.process_owner_id if topic is not None else None,
            topic_id=topic.id if topic is not None else None,
            kind=_most_common(item.kind for item in items),
            sentiment=_most_common(item.sentiment for item in items),
            language=_most_common(item.language for item in items),
            urgency=max(item.urgency for item in items),
            routed_by="by_hand",
            # Its clock begins when we see what many have in common, not with the first who said it.
            opened_at=clock.now(),
        )
        clocks.begin(case, None)
        session.add(case)
        session.flush()
        _put_in(case, items)
        history.write(case, "opened", actor=by, routed_by="by_hand", item_count=len(items))
        record(
            "case.opened", subject=case, actor=by, panel_id=panel.id,
            title=case.title, to_id=by.id, routed_by="by_hand", rule_id=None, team_id=None,
        )  # fmt: skip
    return case


def add_to_theme_case(case: Case, by: Member, *, item_ids: Sequence[int]) -> int:
    """Put more texts that say the same into a theme's open case, and say how many were new to it."""
    with unit_of_work():
        case = lock(Case, case.id)
        if not case.is_open or not case.is_theme:
            raise Conflict(_l("This case is closed. Open a new one for what came since."))
        known = set(conversation.item_ids(case.id))
        fresh = _lock_texts(case.panel, [each for each in item_ids if each not in known])
        _put_in(case, fresh)
        if fresh:
            history.write(case, "item_added", actor=by, item_count=len(fresh))
            record("case.texts_added", subject=case, actor=by, panel_id=case.panel_id, count=len(fresh))
    return len(fresh)


def name_cause(case: Case, by: Member, *, cause: str) -> Case:
    """Write down why it happens."""
    _check(cause, field="cause")
    with unit_of_work():
        case = lock(Case, case.id)
        was, case.cause = case.cause, cause
        history.write(case, "cause_found", actor=by, note=cause)
        _record("case.cause_found", case, by, cause=(was, cause))
    return case


def plan_fix(case: Case, by: Member, *, fix: str) -> Case:
    """Write down what will end it."""
    _check(fix, field="fix")
    with unit_of_work():
        case = lock(Case, case.id)
        was, case.fix = case.fix, fix
        history.write(case, "fix_planned", actor=by, note=fix)
        _record("case.fix_planned", case, by, fix=(was, fix))
    return case


def _record(kind: str, case: Case, by: Member, **changed: tuple[str | None, str]) -> None:
    before, after = ({key: pair[end] for key, pair in changed.items()} for end in (0, 1))
    record(kind, subject=case, actor=by, panel_id=case.panel_id, title=case.title, **compare(before, after))


def _check(words: str, *, field: str) -> None:
    if not words.strip():
        raise Invalid(_l("Please fill this in."), field=field)
    if len(words) > CAUSE_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=CAUSE_MOST), field=field)


def _lock_texts(panel: Panel, item_ids: Sequence[int]) -> list[FeedbackItem]:
    items = lock_items(sorted(set(item_ids))[:MOST_ITEMS])
    return [item for item in items if item.panel_id == panel.id and item.state == "read"]


def _put_in(case: Case, items: Sequence[FeedbackItem]) -> None:
    with unit_of_work() as session:
        session.add_all(
            CaseItem(case_id=case.id, item_id=item.id, is_own=False, added_at=clock.now()) for item in items
        )
        case.item_count += len(items)
        session.flush()
        feedback.advance([item.id for item in items], "with_person")


def _most_common(values: Iterable[str | None]) -> str | None:
    counted = Counter(value for value in values if value is not None)
    return counted.most_common(1)[0][0] if counted else None
