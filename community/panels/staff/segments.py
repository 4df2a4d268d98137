"""Segments of members: the list and the rule editor, which counts while one edits."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.errors import Forbidden, Refusal
from community.infra.web import page, say, see_other, viewer
from community.panels import actions, drafts, policy, queries
from community.panels.criteria import Rule, Vocabulary
from community.panels.forms import NameForm
from community.panels.models import Segment
from community.panels.staff.access import blueprint


@blueprint.get("/segments")
def segments() -> Response:
    """All segments, each as a sentence with its number of members."""
    _check()
    return page("panels/staff/segments.html", segments=queries.list_segments())


@blueprint.route("/segments/new", methods=["GET", "POST"])
def new_segment() -> BaseResponse:
    """Name a new kind of member."""
    _check()
    return _segment(None)


@blueprint.route("/segments/<int:segment_id>", methods=["GET", "POST"])
def edit_segment(segment_id: int) -> BaseResponse:
    """Change whom a segment means."""
    _check()
    return _segment(queries.get_segment(segment_id))


@blueprint.post("/segments/<int:segment_id>/delete")
def delete_segment(segment_id: int) -> BaseResponse:
    """Forget a segment that no panel stands on."""
    _check()
    actions.delete_segment(viewer(), queries.get_segment(segment_id))
    say(_("The segment is deleted."))
    return see_other("panels_staff.segments")


@blueprint.post("/segments/count")
def count_members() -> Response:
    """How many members the rule in the form means, as a fragment."""
    if not policy.can_count_members(viewer()):
        raise Forbidden()
    vocabulary = queries.get_vocabulary_for(viewer())
    edited = drafts.edit(request.form, vocabulary, saved=None)
    return page("panels/staff/_count.html", counted=_counted(edited.rule, vocabulary))


def _check() -> None:
    if not policy.can_edit_segments(viewer()):
        raise Forbidden()


def _segment(segment: Segment | None) -> BaseResponse:
    vocabulary, form = queries.get_vocabulary(), NameForm(obj=segment)
    saved = segment.rule if segment is not None else None
    edited = drafts.edit(request.form if request.method == "POST" else None, vocabulary, saved=saved)
    is_sent = request.method == "POST" and not edited.is_step
    if is_sent and form.was_sent() and edited.rule is not None and _is_saved(form, segment, edited.rule):
        say(_("Saved."))
        return see_other("panels_staff.segments")
    return page(
        "panels/staff/edit_segment.html",
        status=422 if is_sent else 200,
        form=form,
        segment=segment,
        draft=edited.draft,
        shows_errors=is_sent,
        vocabulary=vocabulary,
        subject_of=drafts.subject_of,
        texts=drafts,
        counted=_counted(edited.rule, vocabulary),
    )


def _counted(rule: Rule | None, vocabulary: Vocabulary) -> queries.Counted | None:
    return queries.count_members_who(rule, vocabulary) if rule is not None else None


def _is_saved(form: NameForm, segment: Segment | None, rule: Rule) -> bool:
    try:
        if segment is None:
            actions.create_segment(viewer(), name=form.name.data, rule=rule)
        else:
            actions.edit_segment(viewer(), segment, name=form.name.data, rule=rule)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True
