"""Weighting targets: what all customers look like, with source and date, in versions that never change."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import web
from community.infra.errors import Forbidden, Refusal
from community.infra.forms import answer
from community.surveys import policy
from community.surveys.actions import weighing
from community.surveys.forms.targets import TargetsForm, draft_margins, read_margins
from community.surveys.models import WeightTargets
from community.surveys.queries import profiles
from community.surveys.queries import results as queries
from community.surveys.queries import targets as target_queries
from community.surveys.showing.words import Words, words_of
from community.surveys.staff.access import blueprint


@blueprint.get("/targets")
def targets() -> Response:
    """All targets with their versions."""
    _check()
    return web.page("surveys/staff/targets.html", targets=target_queries.list_targets(), words=_words())


@blueprint.route("/targets/new", methods=["GET", "POST"])
def new_targets() -> BaseResponse:
    """Write down what all customers look like."""
    _check()
    return _edit(None)


@blueprint.route("/targets/<int:targets_id>/next", methods=["GET", "POST"])
def next_targets(targets_id: int) -> BaseResponse:
    """A newer version of targets, beginning with what they say now."""
    _check()
    return _edit(target_queries.get_targets(targets_id))


@blueprint.post("/targets/<int:targets_id>/archive")
def archive_targets(targets_id: int) -> BaseResponse:
    """Offer targets no longer."""
    _check()
    weighing.archive_targets(target_queries.get_targets(targets_id), web.viewer())
    web.say(_("These targets are no longer offered. Surveys that use them keep them."))
    return web.see_other("surveys_staff.targets")


def _edit(earlier: WeightTargets | None) -> BaseResponse:
    form = TargetsForm(data={"name": earlier.name, "source": earlier.source} if earlier is not None else None)
    words, single = _words(), _single_choices()
    offered = [(key, words.margin(key), words.options[key]) for key in (*single, "panel")]
    is_sent = request.method == "POST"
    drafts = draft_margins(
        offered,
        sent=request.form if is_sent else None,
        saved=earlier.margins if earlier is not None else (),
    )
    if is_sent:
        margins, drafts = read_margins(drafts)
        is_fine = not any(draft.error for draft in drafts)
        if form.was_sent() and is_fine and _is_saved(form, margins):
            web.say(_("Saved. Choose these targets on the results of a survey."))
            return web.see_other("surveys_staff.targets")
        return web.page(
            "surveys/staff/edit_targets.html", status=422, form=form, margins=drafts, earlier=earlier
        )
    return answer("surveys/staff/edit_targets.html", form, margins=drafts, earlier=earlier)


def _is_saved(form: TargetsForm, margins: list[dict[str, object]]) -> bool:
    assert form.as_of.data is not None
    try:
        weighing.add_targets(
            web.viewer(),
            name=form.data["name"],
            source=form.data["source"],
            as_of=form.as_of.data,
            margins=margins,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _single_choices() -> list[str]:
    """Only of those everybody is in one option can be given shares that add up."""
    return [each.key for each in profiles.list_choice_attributes() if each.kind == "single_choice"]


def _words() -> Words:
    return words_of(profiles.list_choice_attributes(), queries.list_panel_names())


def _check() -> None:
    if not policy.can_set_targets(web.viewer()):
        raise Forbidden()
