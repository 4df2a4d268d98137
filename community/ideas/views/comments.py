"""Talking below ideas."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy
from community.ideas.actions import comments as actions
from community.ideas.actions import helpful
from community.ideas.forms.comments import CommentForm, EditCommentForm
from community.ideas.models import Comment
from community.ideas.queries import comments as queries
from community.ideas.queries.ideas import Seen, get_idea
from community.ideas.views import blueprint
from community.ideas.views.idea_page import show_page
from community.infra import clock, limits
from community.infra.errors import Forbidden, NotFound, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import page, public, say, see_other, viewer, wants_fragment


@blueprint.post("/ideas/<int:idea_id>/comments")
@keeps_text
@limits.by_member(limits.WRITE)
def comment(idea_id: int) -> BaseResponse:
    """Say something below the idea, or reply."""
    member = viewer()
    seen = get_idea(idea_id, member)
    form = CommentForm()
    if form.was_sent():
        try:
            added = actions.add_comment(
                seen.idea,
                member,
                body=form.body.data,
                parent_id=form.parent_id.data,
                began=form.began,
                trap=form.trap,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _to_comment(added, seen)
    # Where the idea was merged its page is that of its root.
    root = seen if seen.root_id == seen.idea.id else get_idea(seen.root_id, member)
    return show_page(root, status=form.status, comment_form=form)


@blueprint.get("/comments/<int:comment_id>")
@public
def show_comment(comment_id: int) -> BaseResponse:
    """Where a comment stands now, however long the talk around it has become."""
    return _to_comment(*_shown(comment_id))


@blueprint.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def edit_comment(comment_id: int) -> BaseResponse:
    """Change a comment while its window is open."""
    member = viewer()
    found, seen = _visible(comment_id)
    if found.author_id != member.id or found.state not in ("published", "waiting"):
        raise NotFound()
    if not policy.can_edit_comment(member, found, now=clock.now()):
        raise Forbidden(_("A comment can be changed for a quarter of an hour. You can add another one."))
    form = EditCommentForm(obj=found)
    if form.was_sent():
        try:
            actions.edit_comment(
                found,
                member,
                body=form.body.data,
                check=lambda locked: form.must_stand(EditCommentForm(obj=locked)),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _to_comment(found, seen)
    return answer("ideas/edit_comment.html", form, comment=found, idea=found.idea)


@blueprint.post("/comments/<int:comment_id>/delete")
def delete_comment(comment_id: int) -> BaseResponse:
    """Remove a comment."""
    found, seen = _shown(comment_id)
    if not policy.can_delete_comment(viewer(), found, seen.panel):
        raise Forbidden()
    actions.delete_comment(found, viewer())
    say(_("The comment is removed."))
    return see_other("ideas.show", idea_id=seen.idea.id, slug=seen.idea.slug or None)


@blueprint.post("/comments/<int:comment_id>/helpful")
@limits.by_member(limits.VOTE)
def find_helpful(comment_id: int) -> BaseResponse:
    """Say that a comment helped."""
    found, seen = _shown(comment_id)
    return _marked(helpful.find_helpful(found, viewer()), seen, is_mine=True)


@blueprint.post("/comments/<int:comment_id>/helpful/withdraw")
@limits.by_member(limits.VOTE)
def withdraw_help(comment_id: int) -> BaseResponse:
    """Take that back."""
    found, seen = _shown(comment_id)
    return _marked(helpful.withdraw_help(found, viewer()), seen, is_mine=False)


@blueprint.get("/comments/<int:comment_id>/history")
@public
def comment_history(comment_id: int) -> Response:
    """What a comment said before it was edited; of a removed one only moderators may know."""
    found, seen = _visible(comment_id)
    if found.state != "published" and not policy.can_moderate(viewer(), seen.panel):
        raise NotFound()
    edits = queries.list_edits(
        comment_id, with_rewritten=policy.can_read_history(viewer(), found.author_id, seen.panel)
    )
    return page("ideas/comment_history.html", comment=found, idea=seen.idea, edits=edits)


def _shown(comment_id: int) -> tuple[Comment, Seen]:
    """The comment and its idea, if the viewer may see both."""
    found, seen = _visible(comment_id)
    if not policy.may_see_comment(viewer(), found, seen.panel):
        raise NotFound()
    return found, seen


def _visible(comment_id: int) -> tuple[Comment, Seen]:
    """The comment and its idea, if the viewer may see that idea."""
    found = queries.get_comment(comment_id)
    return found, get_idea(found.idea_id, viewer())


def _marked(comment: Comment, seen: Seen, *, is_mine: bool) -> BaseResponse:
    if not wants_fragment():
        return _to_comment(comment, seen)
    return page(
        "ideas/_helpful.html",
        comment_id=comment.id,
        author_name=seen.panel.shows(comment.author).name,
        helpful_count=comment.helpful_count,
        is_mine=is_mine,
    )


def _to_comment(comment: Comment, seen: Seen) -> BaseResponse:
    root = seen.idea if seen.root_id == seen.idea.id else get_idea(seen.root_id, viewer()).idea
    # The stretch that begins with it, where it would not be on the first one.
    if comment.parent is not None and comment.parent.reply_count > queries.FIRST_REPLIES:
        replies_of, first = comment.parent_id, comment.id
    else:
        replies_of, first = None, comment.parent_id or comment.id
    return see_other(
        "ideas.show",
        idea_id=root.id,
        slug=root.slug or None,
        replies_of=replies_of,
        after=first - 1 if replies_of or root.comment_count > queries.PER_PAGE else None,
        _anchor=f"comment-{comment.id}",
    )
