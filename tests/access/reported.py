"""All that reports hold of a panel: a report and its words, a template, a schedule, files of both kinds."""

from dataclasses import replace

from community.infra import clock
from community.infra.db import unit_of_work
from community.insights.actions import exporting, filing, schedules, taking_away, templates
from community.insights.figures import Claim
from community.insights.scope import Scope
from community.members.models import RoleGrant
from community.panels.models import Panel
from tests.factories.insights import make_report, make_snapshot
from tests.factories.members import make_member


def report_everything(*panels: Panel, item_id: int, word: str) -> dict[str, list[str]]:
    """What addresses are filled in with, by name, once reports about `word` were made and taken away."""
    analyst = make_member(f"Analyst {word}")
    with unit_of_work() as session:
        session.add_all(
            RoleGrant(member_id=analyst.id, role="analyst", panel_id=panel.id) for panel in panels
        )
    snapshot = make_snapshot(title=f"A report about {word}")
    first = replace(snapshot.sections[0], title=f"More {word}", lead=f"Read {word}")
    snapshot = replace(
        snapshot,
        filters=[("Panels", panels[0].name)],
        summary=[Claim(f"People spoke of {word}.")],
        sections=[first, *snapshot.sections[1:]],
    )
    # The words of its quotes are looked at again each time, so they are of a text that is there.
    report = make_report(
        snapshot=snapshot, panels=panels, asked_by=analyst, has_charts=False, quoted=(item_id,),
        title=f"A report about {word}",
    )  # fmt: skip
    waiting = make_report(panels=panels, state="waiting", title=f"Waits for {word}")
    today = clock.today()
    scope = Scope(tuple(panel.id for panel in panels), today.replace(day=1), today)
    template = templates.save_template(
        analyst, name=f"Each week {word}", kind="voice", scope=scope, period="last_week", locale="en"
    )
    schedule = schedules.save_schedule(
        analyst, template=template, rhythm="weekly", recipient_ids=[analyst.id]
    )
    files = [
        exporting.ask_for_file(report, analyst, file_format="json"),
        taking_away.ask_for_feedback(scope, analyst, file_format="csv", locale="en"),
    ]
    while filing.make_owed():
        pass
    assert {file.state for file in files} == {"done"}
    files.append(taking_away.ask_for_feedback(scope, analyst, file_format="jsonl", locale="en"))
    return {
        "report_id": [str(report.id), str(waiting.id)],
        "template_id": [str(template.id)],
        "schedule_id": [str(schedule.id)],
        "file_id": [str(file.id) for file in files],
    }
