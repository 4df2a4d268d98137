"""The audit log: every act of staff, to be searched and taken away."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from community.admin import audit as acts
from community.admin.actions import note_audit_export
from community.admin.queries import audit as queries
from community.admin.queries.audit import Asked, Line
from community.admin.staff.access import blueprint
from community.infra import language, limits, paging, web
from community.infra.spreadsheet import csv_lines

FILTERS = ("person", "kind", "panel", "since", "until", "words")
MOST = 200


@blueprint.get("/audit")
def audit() -> Response:
    """What staff did, the newest first."""
    panels = _panels()
    asked = _asked(panels)
    stretch = queries.list_acts(
        web.viewer(), asked, locale=language.current_locale(), before=paging.after_id(web.argument("before"))
    )
    return web.page(
        "admin/staff/audit.html",
        panels=panels,
        filters=_filters(),
        areas=acts.AREAS,
        acts=acts.ACTS,
        stretch=stretch,
    )


@blueprint.post("/audit/file")
@limits.by_member(limits.WRITE)
def audit_file() -> BaseResponse:
    """The acts that fit as a CSV file; that it was taken away is an act too."""
    asked = _asked(_panels())
    locale = language.current_locale()
    lines = queries.walk_acts(web.viewer(), asked, locale=locale)
    response = Response("".join(csv_lines(_rows(lines))), mimetype="text/csv")
    note_audit_export(web.viewer(), asked=_filters(), panel_id=asked.panel_id)
    response.headers.set("Content-Disposition", "attachment", filename="audit.csv")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _panels() -> list[tuple[int, str]]:
    """The panels whose acts the viewer may read."""
    return queries.list_audited_panels(web.viewer(), locale=language.current_locale())


def _filters() -> dict[str, str]:
    """What the address asks for, as it was written."""
    return {name: value for name in FILTERS if (value := web.argument(name).strip()[:MOST])}


def _asked(panels: Sequence[tuple[int, str]]) -> Asked:
    filters = _filters()
    kind = filters.get("kind", "")
    panel_id = paging.after_id(filters.get("panel"))
    return Asked(
        person=filters.get("person", ""),
        area=kind if kind in acts.AREAS else "",
        kind=kind if kind in acts.ACTS else "",
        panel_id=panel_id if panel_id in dict(panels) else None,
        since=_midnight(filters.get("since")),
        until=_midnight(filters.get("until"), days=1),
        words=filters.get("words", ""),
    )


def _midnight(day: str | None, *, days: int = 0) -> datetime | None:
    """When that day begins where the viewer lives, or another one so many days later."""
    try:
        begins = datetime.combine(date.fromisoformat(day or ""), time(), language.viewer_zone())
        return (begins + timedelta(days=days)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rows(lines: Iterator[Line]) -> Iterator[list[str | int]]:
    yield ["number", "when", "who", "what", "kind", "about", "panel", "before", "after", "why"]
    for line in lines:
        changed = [fact for fact in line.facts if fact.before is not None]
        yield [
            line.id,
            _moment(line.at),
            line.who or "",
            str(line.words),
            line.kind,
            line.about,
            line.panel_name or "",
            "; ".join(f"{fact.label}: {fact.before}" for fact in changed),
            "; ".join(f"{fact.label}: {fact.after}" for fact in line.facts),
            line.why,
        ]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
