"""Screening what members write on its way in, and keeping back what has to wait."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from community.infra import clock
from community.infra.db import Base, lock, unit_of_work
from community.infra.errors import Invalid
from community.members.models import Member
from community.moderation import suspicion
from community.moderation.actions import queue
from community.moderation.models import QueueItem
from community.moderation.queries import screening as queries
from community.moderation.queries.queue import find_standing
from community.moderation.suspicion import Circumstances, Reason, Verdict
from community.panels.models import Panel
from community.panels.policy import works_on_panel, works_on_site

_TITLE_MOST, _EXCERPT_MOST, _PATH_MOST = 120, 300, 200


def screen(
    author: Member,
    *,
    panel: Panel | None,
    texts: Mapping[str, str],
    began: datetime | None = None,
    trap: str = "",
    is_edit: bool = False,
    said_before: Sequence[str] = (),
    shown: Mapping[str, str] | None = None,
) -> Verdict:
    """What becomes of these texts of the author, by field; Invalid if a word in them is refused.

    Those who work on the panel are not screened. `said_before` is what the author wrote lately, `shown` what
    the fields say now for all to see: what is found in it too does not speak against changing the rest.
    """
    works_here = works_on_panel(author, panel) if panel is not None else works_on_site(author)
    if works_here:
        return Verdict()
    panel_id = panel.id if panel is not None else None
    rules = queries.find_rules(panel_id)
    now = clock.now()
    record = queries.get_record(
        author.id,
        panel_id=panel_id,
        most_shown=rules.first_posts_wait,
        since=now - timedelta(minutes=rules.flood_minutes),
    )
    verdict = suspicion.judge(
        texts,
        rules=rules,
        blocked=queries.list_blocked(panel_id),
        shown=shown or {},
        around=Circumstances(
            trust_level=record.trust_level,
            shown_count=record.shown_count,
            # Whoever measures how much the site bears switches its limits off.
            recent_count=record.recent_count if current_app.config["RATE_LIMITS"] else 0,
            said_before=said_before,
            seconds=(now - began).total_seconds() if began is not None else None,
            trap=trap,
            is_edit=is_edit,
        ),
    )
    if verdict.refused is not None:
        raise _refusal(verdict.refused)
    return verdict


def check_name(name: str, field: str) -> None:
    """Invalid if nobody may be called so: a word that is not said here, or somebody's address or number."""
    verdict = suspicion.judge_name(name, blocked=queries.list_blocked(None))
    if verdict is not None:
        raise Invalid(
            _l("Please choose a name without an address or number of yours in it.")
            if verdict.rule == "personal_data"
            else _l("This name isn't possible here. Please choose another one."),
            field=field,
        )


def hold(
    verdict: Verdict,
    *,
    subject_type: str,
    subject: Base,
    panel_id: int | None,
    author: Member,
    title: str,
    excerpt: str,
    path: str,
    kind: str = "held",
    data: Mapping[str, Any] | None = None,
) -> QueueItem:
    """Put the subject into the queue for what was found; what waits about it already is brought up to now."""
    with unit_of_work() as session:
        subject_id: int = subject.id  # type: ignore[attr-defined]
        now = clock.now()
        item, changed = find_and_lock(subject_type, subject_id, kind=kind), {}
        if item is not None:
            changed = {"changed_at": now.isoformat()}
        else:
            item = QueueItem(
                kind=kind,
                subject_type=subject_type,
                subject_id=subject_id,
                opened_at=now,
                due_at=now + verdict.promise,
            )
            session.add(item)
        item.panel_id, item.author_id = panel_id, author.id
        item.title, item.excerpt = title[:_TITLE_MOST], excerpt[:_EXCERPT_MOST]
        item.path = path[:_PATH_MOST]
        item.reasons = [reason.stored() for reason in verdict.reasons]
        item.data = {**(data or {}), **changed}
        # Who was asked about it and changes it has answered.
        item.state = "open"
        session.flush()
    return item


def find_and_lock(subject_type: str, subject_id: int, *, kind: str = "held") -> QueueItem | None:
    """What waits about the subject, locked: before the subject itself and its panel, as everywhere."""
    item = find_standing(subject_type, subject_id, kinds=(kind,))
    if item is None:
        return None
    item = lock(QueueItem, item.id)
    return item if item.state != "closed" else None


def let_go(subject_type: str, subject_id: int, *, kinds: Sequence[str] = ("held", "edit")) -> None:
    """Nothing of these kinds waits about the subject any longer: it is mended, decided elsewhere or gone."""
    with unit_of_work():
        for kind in kinds:
            item = find_and_lock(subject_type, subject_id, kind=kind)
            if item is not None:
                queue.close(item)


def screen_again(verdict: Verdict, item: QueueItem | None) -> Verdict:
    """The verdict on a text changed while it waits: how it came in is not mended by other words."""
    if item is None:
        return verdict
    known = {reason.rule for reason in verdict.reasons}
    kept = [
        Reason(reason["rule"])
        for reason in item.reasons
        if reason["rule"] in suspicion.BY_CIRCUMSTANCE and reason["rule"] not in known
    ]
    return Verdict((*verdict.reasons, *kept), promise=verdict.promise)


def _refusal(reason: Reason) -> Invalid:
    return Invalid(
        _l("“%(word)s” isn't a word for this place. Please say it another way.", word=reason.found),
        field=reason.field or None,
    )
