"""What was asked of the feedback: a report of each kind, and one that comes by the clock."""

from datetime import timedelta
from typing import Any

from community.demo import content
from community.demo.stage import Stage
from community.infra import clock
from community.insights.actions import asking, schedules, templates
from community.insights.scope import Scope
from community.panels.queries import segments


def ask(stage: Stage) -> None:
    """Owe the reports to the worker, which makes them when the site first runs: they take it some seconds."""
    texts, analyst = content.read("reports"), stage.members["tess"]
    text = texts["template"]
    template = templates.save_template(
        analyst,
        name=text["name"],
        kind=text["kind"],
        scope=_scope(stage, {"days_ago": [30, 1]}),
        period=text["period"],
        locale="en",
    )
    schedules.save_schedule(
        analyst,
        template=template,
        rhythm=text["rhythm"],
        recipient_ids=[stage.members[key].id for key in text["told"]],
    )
    for text in texts["report"]:
        asking.ask_for_report(
            stage.members[text.get("by", "tess")],
            kind=text["kind"],
            scope=_scope(stage, text),
            locale=text.get("locale", "en"),
            title=text.get("title", ""),
        )


def _scope(stage: Stage, text: dict[str, Any]) -> Scope:
    names = {segment["key"]: segment["name"] for segment in content.read("panels")["segment"]}
    ids = {name: segment_id for segment_id, name in segments.list_segment_names()}
    first, last = (clock.today() - timedelta(days=days) for days in text["days_ago"])
    return Scope(
        panel_ids=tuple(sorted(panel.id for panel in stage.panels.values())),
        from_on=first,
        until_on=last,
        segment_ids=(ids[names[text["segment"]]],) if "segment" in text else (),
        survey_id=stage.surveys[text["survey"]] if "survey" in text else None,
    )
