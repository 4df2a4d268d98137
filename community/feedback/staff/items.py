"""What people said, as a list and one by one, with what was read in it and how to say it was read wrong."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.feedback import actions, marking, policy, queries, wording
from community.feedback.forms import CorrectionForm
from community.feedback.models import KINDS, LANGUAGES, SENTIMENTS, SOURCES, FeedbackItem
from community.feedback.queries import Filters, TopicNode
from community.feedback.staff.access import feedback as blueprint
from community.feedback.staff.access import item_to_correct
from community.infra import language, paging
from community.infra.errors import Invalid
from community.infra.web import argument, back_to, page, say, viewer

STATES = ("waiting", "read", "failed")


@blueprint.get("")
def index() -> Response:
    """The feedback of the panels one works on."""
    panels = queries.list_staffed_panels(viewer(), locale=language.current_locale())
    chosen_panel = next((panel for panel in panels if panel.slug == argument("panel")), None)
    tree = queries.topic_tree()
    topic = next((node for node in tree if str(node.id) == argument("topic")), None)
    filters = Filters(
        panel_id=chosen_panel.id if chosen_panel else None,
        q=argument("q").strip()[:200],
        sentiment=_chosen("sentiment", (*SENTIMENTS, "none")),
        kind=_chosen("kind", KINDS),
        topic_ids=topic.ids if topic else (),
        language=_chosen("language", LANGUAGES),
        state=_chosen("state", STATES),
        source=_chosen("source", SOURCES),
        only_urgent=argument("urgent") == "1",
        only_unsure=argument("unsure") == "1",
    )
    chosen = {
        "panel": chosen_panel.slug if chosen_panel else None,
        "topic": topic.id if topic else None,
        "urgent": "1" if filters.only_urgent else None,
        "unsure": "1" if filters.only_unsure else None,
        **{
            name: getattr(filters, name) or None
            for name in ("q", "sentiment", "kind", "language", "state", "source")
        },
    }
    return page(
        "feedback/staff/index.html",
        page=queries.list_lines(viewer(), filters, number=paging.page_number(argument("page"))),
        panels=panels,
        panel_names={panel.id: panel.name for panel in panels},
        tree=tree,
        topic_names=queries.topic_names(),
        chosen=chosen,
        panel_id=filters.panel_id,
        choices={
            "sentiment": (*SENTIMENTS, "none"),
            "kind": KINDS,
            "language": LANGUAGES,
            "state": STATES,
            "source": SOURCES,
        },
    )


@blueprint.get("/<int:item_id>")
def show(item_id: int) -> Response:
    """One text: what was read in it, why, and what else was said like it."""
    item = queries.get_item(item_id, viewer())
    evidence = item.evidence + [
        [start, end, 0, f"preference:{kind}"] for start, end, kind in item.preferences
    ]
    return page(
        "feedback/staff/show.html",
        item=item,
        stretches=marking.stretches(item.full_text, evidence),
        reasons=marking.reasons(item.full_text, evidence),
        rule_words=wording.rule_words,
        reading=queries.find_reading_of(item),
        corrections=queries.list_corrections_of(item),
        can_correct=policy.can_correct_item(viewer(), item.panel_id),
        like=queries.list_like(item, viewer()),
        said_before=queries.list_said_by(item.author_id, viewer(), except_id=item.id, limit=5)
        if item.author_id
        else [],
        cases=queries.list_cases_of(item, viewer()),
        **teaching_values(item),
    )


@blueprint.post("/<int:item_id>/correct")
def correct(item_id: int) -> BaseResponse:
    """Say what a text is."""
    item, form = item_to_correct(item_id), CorrectionForm()
    if not form.was_sent():
        raise Invalid(_("Please choose one of the options."))
    field, value = form.field.data or "", form.value.data or ""
    actions.correct(item, viewer(), field=field, value=value)
    said = wording.taught(field, value, queries.topic_names())
    if field == "sentiment":
        said += " " + wording.on_the_way(queries.get_teaching(item))
    say(said)
    return back_to(form.next.data, "feedback_staff.show", item_id=item_id)


@blueprint.post("/<int:item_id>/corrections/<int:correction_id>/undo")
def undo(item_id: int, correction_id: int) -> BaseResponse:
    """Take back what was said of a text."""
    item, form = item_to_correct(item_id), CorrectionForm()
    actions.undo_correction(queries.get_correction_of(item, correction_id), viewer())
    say(_("Taken back. The site has forgotten it and reads the text again."))
    return back_to(form.next.data, "feedback_staff.show", item_id=item_id)


def teaching_values(item: FeedbackItem) -> dict[str, Any]:
    """What the correction macro needs beside the item: topics to choose from, and what a label teaches."""
    tree: list[TopicNode] = queries.topic_tree()
    return {
        "tree": tree,
        "topic_names": queries.topic_names(),
        "topics_of_item": queries.list_topics_of(item),
        "teaching": queries.get_teaching(item),
    }


def _chosen(name: str, known: tuple[str, ...]) -> str:
    return argument(name) if argument(name) in known else ""
