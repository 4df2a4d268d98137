"""Joining ideas that say the same, and taking them apart."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy
from community.ideas.actions import merges as actions
from community.ideas.forms.merges import MergeForm
from community.ideas.models import Idea
from community.ideas.queries import ideas as idea_queries
from community.ideas.queries import merges as queries
from community.ideas.views import blueprint
from community.infra import limits, web
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.infra.paging import after_id


@blueprint.get("/ideas/<int:idea_id>/merge")
@limits.by_member(limits.SEARCH, methods=("GET",))
def choose_merge(idea_id: int) -> Response:
    """Find the idea that says the same, and see who would join."""
    idea = _idea_to_merge(idea_id)
    return _page(idea, MergeForm(), into=after_id(web.argument("into")))


@blueprint.post("/ideas/<int:idea_id>/merge")
@limits.by_member(limits.WRITE)
def merge(idea_id: int) -> Response | BaseResponse:
    """Join this idea to the chosen one."""
    idea = _idea_to_merge(idea_id)
    form = MergeForm()
    if form.was_sent():
        try:
            target = _find(form.into.data)
            actions.merge_ideas(idea, into=target, moderator=web.viewer())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The two are one now. Everybody who joined is being told."))
            return web.see_other("ideas.show", idea_id=target.root_id, slug=None)
    return _page(idea, form, into=form.into.data or 0, status=422)


@blueprint.post("/ideas/<int:idea_id>/unmerge")
@limits.by_member(limits.WRITE)
def unmerge(idea_id: int) -> BaseResponse:
    """Take this idea out again."""
    idea = _idea_to_merge(idea_id)
    actions.unmerge_idea(idea, moderator=web.viewer())
    web.say(_("The idea stands on its own again."))
    return web.see_other("ideas.show", idea_id=idea_id, slug=idea.slug or None)


def _idea_to_merge(idea_id: int) -> Idea:
    seen = idea_queries.get_idea(idea_id, web.viewer())
    if not policy.can_merge(web.viewer(), seen.panel):
        raise Forbidden()
    return seen.idea


def _find(idea_id: int) -> Idea:
    try:
        return idea_queries.get_idea(idea_id, web.viewer()).idea
    except NotFound:
        raise Invalid(_("There is no such idea."), field="into") from None


def _page(idea: Idea, form: MergeForm, *, into: int, status: int = 200) -> Response:
    if idea.merged_into_id is not None:
        raise Conflict(_("This idea is joined to another one already. Take it out there first."))
    asked = web.argument("q").strip()[:200]
    target = _target(idea, into)
    return web.page(
        "ideas/merge.html",
        status=status,
        form=form,
        idea=idea,
        asked=asked,
        candidates=queries.list_candidates(idea, asked=asked),
        target=target,
        preview=queries.preview(idea, target=target) if target is not None else None,
    )


def _target(idea: Idea, into: int) -> Idea | None:
    """The root of what was chosen if this idea can be joined to it."""
    try:
        target = idea_queries.get_idea(into, web.viewer()).idea
        if target.root_id not in (None, target.id):
            target = idea_queries.get_idea(target.root_id, web.viewer()).idea
    except NotFound:
        return None
    can_join = target.panel_id == idea.panel_id and target.id != idea.id and target.is_listed
    return target if can_join else None
