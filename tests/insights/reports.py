"""Reports of the plain kind for tests of what surrounds them."""

from datetime import date, timedelta
from typing import Any

from community.infra import clock
from community.insights.actions import asking, making, templates
from community.insights.models import Report, ReportTemplate
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel


def scope_of(*panels: Panel, until_on: date | None = None) -> Scope:
    """These panels in the last thirty days."""
    until_on = until_on or clock.today()
    return Scope(tuple(panel.id for panel in panels), until_on - timedelta(days=30), until_on)


def ask(by: Member | None, *panels: Panel, **values: Any) -> Report:
    """A report that waits."""
    values.setdefault("scope", scope_of(*panels))
    return asking.ask_for_report(by, kind="voice", locale="en", **values)


def make(by: Member | None, *panels: Panel, **values: Any) -> Report:
    """A report that is done."""
    report = ask(by, *panels, **values)
    while making.make_owed():
        pass
    assert report.state == "done", report.error
    return report


def keep(by: Member, *panels: Panel, name: str = "Our weeks", period: str = "last_week") -> ReportTemplate:
    """A template."""
    return templates.save_template(
        by, name=name, kind="voice", scope=scope_of(*panels), period=period, locale="en"
    )
