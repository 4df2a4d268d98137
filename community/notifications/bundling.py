"""Which of a member's notices go into a mail now, which later, and which not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from community.notifications import paces, topics


class Waiting(NamedTuple):
    """A notice that is owed by mail."""

    id: int
    kind: str
    panel_id: int | None
    told_at: datetime
    is_read: bool
    is_readable: bool


class Reader(NamedTuple):
    """How a member wants mail; `chosen` maps topic and panel (None: in general) to a pace.

    `has_read_since` says whether they have read something since the last mail.
    """

    zone: str
    quiet_from: int | None
    quiet_until: int | None
    is_reachable: bool
    mailed_at: datetime | None
    has_read_since: bool
    chosen: Mapping[tuple[str, int | None], str]


class Plan(NamedTuple):
    """The ids of notices: for a mail now, for none, and by the moment at which to look again."""

    now: list[int]
    skipped: list[int]
    later: dict[int, datetime]


def plan(waiting: Sequence[Waiting], reader: Reader, *, now: datetime) -> Plan:
    """Sort what is owed to one member; what was read here meanwhile, or may no longer be, is not mailed."""
    planned, fresh = Plan([], [], {}), []
    for notice in waiting:
        pace = pace_of(notice.kind, notice.panel_id, reader.chosen)
        due = paces.due_at(pace, notice.told_at, zone=reader.zone)
        if due is None or notice.is_read or not (notice.is_readable and reader.is_reachable):
            planned.skipped.append(notice.id)
            continue
        is_resting = pace == "at_once" and _is_resting(reader, now)
        if pace == "at_once" and due > now and not is_resting:
            fresh.append(notice.id)
        if is_resting and reader.mailed_at is not None:
            due = max(due, reader.mailed_at + paces.REST)
        due = paces.after_quiet_hours(
            max(due, now), zone=reader.zone, quiet_from=reader.quiet_from, quiet_until=reader.quiet_until
        )
        if due <= now:
            planned.now.append(notice.id)
        else:
            planned.later[notice.id] = due
    if planned.now:
        # What has only just come goes along, rather than into a mail of its own in some minutes.
        for notice_id in fresh:
            del planned.later[notice_id]
        planned.now.extend(fresh)
    return planned


def pace_of(kind: str, panel_id: int | None, chosen: Mapping[tuple[str, int | None], str]) -> str:
    """How soon a notice goes out: as chosen for its panel, else in general, else as is usual."""
    topic = topics.topic_of(kind)
    if topic is None or not topic.is_mailed:
        return "never"
    return chosen.get((topic.key, panel_id)) or chosen.get((topic.key, None)) or topic.default


def _is_resting(reader: Reader, now: datetime) -> bool:
    return reader.mailed_at is not None and not reader.has_read_since and now < reader.mailed_at + paces.REST
