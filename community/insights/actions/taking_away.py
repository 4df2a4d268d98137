"""Asking for a file of all feedback in a scope."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.feedback.queries import topics
from community.infra.db import unit_of_work
from community.infra.errors import Forbidden, Invalid
from community.insights.actions import feedback_files, filing
from community.insights.models import InsightFile
from community.insights.queries import scopes
from community.insights.scope import Scope
from community.members.models import Member


def ask_for_feedback(
    scope: Scope,
    by: Member,
    *,
    file_format: str,
    locale: str,
    has_bom: bool = False,
    has_people: bool = False,
) -> InsightFile:
    """Owe a file of all texts in the scope to the workers; who took away what stays known."""
    if file_format not in feedback_files.FORMATS:
        raise Invalid(_l("Please choose one of the options."), field="format")
    if not scope.panel_ids or scopes.has_unknown(scope):
        raise Invalid(_l("Something of what you chose is not there any more."))
    if scope.from_on > scope.until_on:
        raise Invalid(_l("The last day comes before the first."), field="until_on")
    names = topics.topic_names() if scope.topic_ids else {}
    with unit_of_work():
        if not feedback_files.may_have(by, scope, has_people=has_people):
            raise Forbidden()
        file = InsightFile(
            settings=scope.to_settings(),
            format=file_format,
            locale=locale,
            has_bom=has_bom and file_format == "csv",
            has_people=has_people,
            name=f"feedback-{scope.from_on}-{scope.until_on}.{file_format}",
        )
        filing.owe_file(file, by)
        record(
            "feedback.exported",
            subject=file,
            actor=by,
            panel_id=scope.panel_ids[0] if len(scope.panel_ids) == 1 else None,
            format=file_format,
            has_people=has_people,
            panels=list(scopes.list_panel_names(scope.panel_ids).values()),
            from_on=scope.from_on.isoformat(),
            until_on=scope.until_on.isoformat(),
            segments=list(scopes.list_segment_names(scope.segment_ids).values()),
            topics=[names[each] for each in scope.topic_ids],
            languages=list(scope.languages),
        )
    return file
