"""What insights show on pages of lower floors: the way from feedback to a file of it."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from markupsafe import Markup

from community.infra import web
from community.insights import policy


def take_feedback_away(*, panel_id: int | None, chosen: Mapping[str, Any]) -> Markup:
    """A link to the form for a file, filled in with what is looked at, for those who may take it away."""
    if not web.viewer().holds_any_role(policy.BUILDERS):
        return Markup("")
    html = render_template(
        "insights/_take_away.html", panel=panel_id, topic=chosen["topic"], language=chosen["language"]
    )
    return Markup(html)  # noqa: S704 - the template escapes
