"""Writing an idea, changing it, and what it said before."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy
from community.ideas.actions import publishing
from community.ideas.forms.ideas import EditForm, IdeaForm
from community.ideas.models import Idea
from community.ideas.queries import ideas as queries
from community.ideas.queries.similar import list_same
from community.ideas.views import blueprint
from community.infra import limits
from community.infra.errors import Forbidden, NotFound, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import argument, page, public, say, see_other, viewer
from community.members import sign_in
from community.members.models import Member
from community.moderation.queries.queue import find_standing
from community.panels.actions import refuse_while_paused
from community.panels.queries import PanelView, get_panel


def _has_no_pictures() -> bool:
    return not any(file.filename for file in request.files.getlist("images"))


@blueprint.get("/panels/<slug>/ideas/new")
@public
def new(slug: str) -> Response:
    """The form for an idea; with `draft` filled in with what its writer wrote before joining."""
    room = _room_to_write_in(slug)
    token = argument("draft")
    draft = queries.find_draft(token, panel_id=room.panel.id) if token else None
    form = IdeaForm(obj=draft) if draft is not None else IdeaForm()
    if draft is not None:
        form.draft.data = token
        if viewer() is not None:
            # Whoever looks after their mail first is led back here from it.
            sign_in.keep_draft(request.full_path)
    return answer("ideas/new.html", form, room=room, panel=room.panel, is_draft=draft is not None)


@blueprint.post("/panels/<slug>/ideas")
@public
@keeps_text
@limits.by_member(limits.WRITE)
@limits.limiter.limit(limits.UPLOAD, methods=["POST"], exempt_when=_has_no_pictures)
def publish(slug: str) -> BaseResponse:
    """Publish an idea; a visitor's is kept until they have joined."""
    room = _room_to_write_in(slug)
    form = IdeaForm()
    if not form.was_sent():
        return answer("ideas/new.html", form, room=room, panel=room.panel)
    member = viewer()
    if member is None:
        return _keep_for_later(room, form)
    alike = [] if form.anyway.data else list_same(room.panel, form.title.data)
    if alike and queries.find_own(member.id, [idea.id for idea in alike]) is None:
        return page("ideas/new.html", status=422, form=form, room=room, panel=room.panel, alike=alike)
    try:
        idea = publishing.publish_idea(
            room.panel,
            member,
            title=form.title.data,
            body=form.body.data,
            tags=form.tag_list,
            images=form.pictures,
            began=form.began,
            trap=form.trap,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return answer("ideas/new.html", form, room=room, panel=room.panel)
    if form.draft.data:
        publishing.forget_draft(form.draft.data)
        sign_in.forget_draft()
    if idea.state == "published":
        say(_("Your idea is on the board. We'll tell you what becomes of it."))
    return see_other("ideas.show", idea_id=idea.id, slug=idea.slug or None)


@blueprint.route("/ideas/<int:idea_id>/edit", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def edit(idea_id: int) -> BaseResponse:
    """Change an idea."""
    member = viewer()
    seen = _idea_to_change(idea_id, member)
    idea = seen.idea
    was_waiting = idea.state == "waiting"
    form = EditForm(data=_words_to_change(idea))
    if form.was_sent():
        try:
            is_shown = publishing.edit_idea(
                idea,
                member,
                title=form.title.data,
                body=form.body.data,
                tags=form.tag_list,
                check=lambda locked: form.must_stand(EditForm(data=_words_to_change(locked))),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if is_shown and was_waiting:
                say(_("Your idea is on the board now."))
            elif is_shown or idea.state == "hidden":
                say(_("Your changes are saved."))
            return see_other("ideas.show", idea_id=idea.id, slug=idea.slug or None)
    return answer("ideas/edit.html", form, idea=idea, panel=seen.panel, can_delete=_can_delete(seen, member))


@blueprint.post("/ideas/<int:idea_id>/delete")
def delete(idea_id: int) -> BaseResponse:
    """Take an idea off the board."""
    member = viewer()
    seen = _idea_to_change(idea_id, member)
    if not _can_delete(seen, member):
        raise Forbidden(_("Others have supported or answered this idea already, so it stays."))
    publishing.delete_idea(seen.idea, member)
    say(_("The idea is gone from the board."))
    return see_other("ideas.board", slug=seen.panel.slug)


@blueprint.get("/ideas/<int:idea_id>/history")
@public
def history(idea_id: int) -> Response:
    """What an idea said before it was edited."""
    seen = queries.get_idea(idea_id, viewer())
    edits = queries.list_edits(
        seen.idea, with_rewritten=policy.can_read_history(viewer(), seen.idea.author_id, seen.panel)
    )
    return page("ideas/history.html", idea=seen.idea, panel=seen.panel, edits=edits)


def _room_to_write_in(slug: str) -> PanelView:
    room = get_panel(slug, viewer())
    can_speak = room.can_take_part or room.can_walk_in
    refuse_while_paused(room.paused_until)
    if not policy.can_begin_writing(viewer(), room.panel, can_speak=can_speak, has_door=room.has_door):
        raise Forbidden(_("This is for members of the panel. Join it first, then come back here."))
    return room


def _keep_for_later(room: PanelView, form: IdeaForm) -> BaseResponse:
    token = publishing.keep_draft(room.panel, title=form.title.data, body=form.body.data, tags=form.tags.data)
    say(_("Your idea is kept for a day. Join or sign in, and it is one click from the board."))
    door = "members.sign_in" if sign_in.was_somebody_here() else "members.join"
    return see_other(door, next=f"/panels/{room.panel.slug}/ideas/new?draft={token}")


def _idea_to_change(idea_id: int, member: Member) -> queries.Seen:
    seen = queries.get_idea(idea_id, member)
    if seen.idea.state == "deleted":
        raise NotFound()
    if not policy.can_edit_idea(member, seen.idea, panel=seen.panel, membership=seen.room.membership):
        raise Forbidden(_("This idea can no longer be changed by you."))
    return seen


def _words_to_change(idea: Idea) -> dict[str, str]:
    """What the idea says, or what its author wants it to say and a moderator has yet to see."""
    waits = find_standing("idea", idea.id, kinds=("edit",))
    if waits is not None:
        return {**waits.data, "tags": ", ".join(waits.data["tags"])}
    return {"title": idea.title, "body": idea.body, "tags": ", ".join(queries.list_tags(idea.id))}


def _can_delete(seen: queries.Seen, member: Member) -> bool:
    return policy.can_delete_idea(
        member,
        seen.idea,
        panel=seen.panel,
        membership=seen.room.membership,
        concerns_others=queries.concerns_others(seen.idea),
    )
