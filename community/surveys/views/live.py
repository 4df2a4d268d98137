"""What is answered choice by choice: pairs of ideas, statements, and pictures of one's own."""

import re
from typing import NamedTuple

from flask import current_app, request, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.forms.ideas import IdeaForm
from community.ideas.queries.similar import list_same
from community.infra import images, limits, web
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from community.infra.files import Store
from community.infra.forms import answer
from community.panels.models import Panel
from community.surveys import kinds
from community.surveys.actions import answering, pairs, pictures, statements
from community.surveys.kinds.pairwise import MOST_IDEAS
from community.surveys.models import Response, Statement
from community.surveys.queries import answering as papers
from community.surveys.queries import doors, live, questions
from community.surveys.queries import pairs as pair_queries
from community.surveys.queries import pictures as picture_queries
from community.surveys.queries.doors import Seen
from community.surveys.queries.questions import Standing
from community.surveys.views import blueprint
from community.surveys.views.answering import page_with

# A picture never changes under its key, so a browser that may have it may keep it; nobody in between may.
KEEP = "private, max-age=2592000, immutable"
_PAIR = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{32})")
_VOTE = re.compile(r"([0-9]{1,18})\.(agree|disagree|pass)")


class Part(NamedTuple):
    """A question that a member is answering."""

    seen: Seen
    standing: Standing
    response: Response

    @property
    def field(self) -> str:
        """What its fields in the form begin with."""
        return f"q{self.standing.question.id}"


@blueprint.app_context_processor
def around() -> dict[str, object]:
    """Lets the parts of such questions find what they show, on whatever page they stand."""
    return {"find_beside": live.find_beside}


@blueprint.post("/surveys/<int:survey_id>/questions/<int:question_id>/pair")
@limits.by_member(limits.VOTE)
def choose(survey_id: int, question_id: int) -> BaseResponse:
    """Choose one of two ideas, or say that I can't."""
    part = _part(survey_id, question_id, kind="pairwise")
    left_id, right_id = _sealed_pair(part)
    chosen = request.form.get(f"{part.field}-winner", "")
    if chosen not in ("none", str(left_id), str(right_id)):
        raise Invalid(_("Please choose one of the two."))
    is_kept = pairs.choose(
        part.response,
        part.standing,
        web.viewer(),
        left_id=left_id,
        right_id=right_id,
        winner_id=None if chosen == "none" else int(chosen),
    )
    if not is_kept and not web.wants_fragment():
        web.say(_("One of the two ideas has been taken out meanwhile. Here are the next."))
    return _answer(part)


@blueprint.post("/surveys/<int:survey_id>/questions/<int:question_id>/vote")
@limits.by_member(limits.VOTE)
def vote(survey_id: int, question_id: int) -> BaseResponse:
    """Agree, disagree or pass, for the first time or anew."""
    part = _part(survey_id, question_id, kind="opinions")
    sent = _VOTE.fullmatch(request.form.get(f"{part.field}-vote", ""))
    if sent is None:
        raise Invalid(_("Please choose one of the answers."))
    statements.vote(
        part.response,
        part.standing,
        web.viewer(),
        statement_id=int(sent[1]),
        vote=statements.VOTES[sent[2]],
    )
    return _answer(part)


@blueprint.post("/surveys/<int:survey_id>/questions/<int:question_id>/statements")
@limits.by_member(limits.WRITE)
def add_statement(survey_id: int, question_id: int) -> BaseResponse:
    """Write a statement of my own."""
    part = _part(survey_id, question_id, kind="opinions")
    words = request.form.get(f"{part.field}-own", "")
    try:
        statement = statements.add(part.response, part.standing, web.viewer(), text=words)
    except Refusal as refusal:
        return _answer(part, errors={f"{part.field}-own": str(refusal.message)})
    said = _added(statement)
    if not web.wants_fragment():
        web.say(said)
    return _answer(part, said=said)


@blueprint.post("/surveys/<int:survey_id>/questions/<int:question_id>/picture")
@limits.by_member(limits.WRITE)
@limits.by_member(limits.UPLOAD)
def bring_picture(survey_id: int, question_id: int) -> BaseResponse:
    """Bring a picture of my own, and choose it."""
    part = _part(survey_id, question_id, kind="picture", keeps=False)
    try:
        file = request.files.get(f"{part.field}-upload")
        if file is None or not file.filename:
            raise Invalid(_("Please choose a picture from your device first."))
        picture = pictures.bring(
            part.response,
            part.standing,
            web.viewer(),
            image=images.read_image(file.read(images.MAX_BYTES + 1)),
        )
    except (Invalid, Conflict, Forbidden) as refusal:
        return _answer(part, errors={f"{part.field}-upload": str(refusal.message)})
    sent = MultiDict(request.form)
    sent[part.field] = str(picture.id)
    if web.wants_fragment():
        return _fragment(part, sent=sent)
    answering.keep(part.seen.survey, web.viewer(), sent, page=part.standing.question.page)
    return _to_page(part)


@blueprint.get("/surveys/<int:survey_id>/pictures/<key>")
def picture(survey_id: int, key: str) -> BaseResponse:
    """One picture, for those who may choose it, brought it, or read the results."""
    seen = doors.get_survey(survey_id, web.viewer())
    path = Store(current_app.config["UPLOAD_DIR"]).path(
        picture_queries.get_file_key(seen.survey, key, web.viewer())
    )
    response = send_file(path, mimetype=images.MIMES[path.suffix[1:]], conditional=True, etag=key)
    response.headers["Cache-Control"] = KEEP
    return response


@blueprint.post("/surveys/<int:survey_id>/questions/<int:question_id>/to-idea")
@limits.by_member(limits.VOTE)
def go_to_idea(survey_id: int, question_id: int) -> BaseResponse:
    """Keep what is on the page, and go to write an idea."""
    _part(survey_id, question_id, kind="pairwise")
    return web.see_other("surveys.add_idea", survey_id=survey_id, question_id=question_id)


@blueprint.route("/surveys/<int:survey_id>/questions/<int:question_id>/idea", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def add_idea(survey_id: int, question_id: int) -> BaseResponse:
    """Add an idea of my own to those that are compared."""
    member = web.viewer()
    if request.method == "GET" and doors.get_survey(survey_id, member).response is None:
        return web.see_other("surveys.show", survey_id=survey_id)
    part = _part(survey_id, question_id, kind="pairwise", keeps=False)
    rooms = pair_queries.list_rooms(part.seen.survey, member)
    if not part.standing.version.settings["members_add"] or not rooms:
        raise Forbidden(_("These ideas were chosen by staff."))
    form = IdeaForm()
    panel = _panel_of(rooms)
    shown = {"part": part, "rooms": rooms, "panel": panel, "survey": part.seen.survey}
    if not form.was_sent():
        if not pair_queries.has_room(question_id):
            raise Conflict(_("%(most)d ideas are enough to compare.", most=MOST_IDEAS))
        return answer("surveys/add_idea.html", form, **shown)
    alike = [] if form.anyway.data else list_same(panel, form.title.data)
    if alike:
        return web.page("surveys/add_idea.html", status=422, form=form, alike=alike, **shown)
    try:
        idea = pairs.add_idea(
            part.response,
            part.standing,
            member,
            panel=panel,
            title=form.title.data,
            body=form.body.data,
            tags=form.tag_list,
            began=form.began,
            trap=form.trap,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return answer("surveys/add_idea.html", form, **shown)
    if idea.state != "published":
        return web.see_other("ideas.show", idea_id=idea.id, slug=idea.slug or None)
    if pair_queries.find_contender(question_id, idea.id) is None:
        # It filled up while this was written: what was written is not lost.
        web.say(
            _("Your idea is on the board. Enough ideas are compared here already, so it is not among them.")
        )
    else:
        web.say(_("Your idea is on the board, and others will be asked about it here."))
    return _to_page(part)


def _part(survey_id: int, question_id: int, *, kind: str, keeps: bool = True) -> Part:
    """The question and the member's response; what else was typed on the page is kept first.

    A script has kept the rest of the page by itself.
    """
    seen = doors.get_survey(survey_id, web.viewer())
    standing = questions.get_standing(seen.survey, question_id)
    if standing.question.kind != kind:
        raise NotFound()
    if keeps and not web.wants_fragment():
        response = answering.keep(seen.survey, web.viewer(), request.form, page=standing.question.page)
    elif seen.response is not None and _goes_on(seen, seen.response):
        response = seen.response
    else:
        response = answering.begin(seen.survey, web.viewer())
    return Part(seen, standing, response)


def _goes_on(seen: Seen, response: Response) -> bool:
    """Whether the member is in the middle of it and still asked; all else is for `begin` to judge."""
    return response.state == "trial" or (response.state == "started" and seen.can_answer)


def _sealed_pair(part: Part) -> tuple[int, int]:
    """The two ideas that this member was asked about; nobody may bring a pair of their own choosing."""
    sent = _PAIR.fullmatch(request.form.get(f"{part.field}-pair", ""))
    left_id, right_id = (int(sent[1]), int(sent[2])) if sent else (0, 0)
    question_id = part.standing.question.id
    if sent is None or not pair_queries.is_sealed(sent[3], web.viewer(), question_id, left_id, right_id):
        raise Invalid(_("This pair was not shown to you. Please reload the page."))
    return left_id, right_id


def _answer(part: Part, *, errors: dict[str, str] | None = None, said: str = "") -> BaseResponse:
    if web.wants_fragment():
        return _fragment(part, errors=errors, said=said)
    if errors:
        return page_with(part.seen, part.standing.question.page, status=422, sent=request.form, errors=errors)
    return _to_page(part)


def _fragment(
    part: Part,
    *,
    sent: MultiDict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    said: str = "",
) -> BaseResponse:
    """The question's own part of the page, as it stands now."""
    survey, question = part.seen.survey, part.standing.question
    response = papers.find_response(survey, web.viewer())
    paper = papers.get_paper(survey, response)
    asked = paper.asked(question)
    kind = kinds.of(question.kind)
    filled = kind.raw(asked, sent or request.form) if sent or errors else paper.answers.get(question.code, {})
    return web.page(
        f"surveys/kinds/{question.kind}.html",
        status=422 if errors else 200,
        survey=survey,
        response=response,
        asked=asked,
        kind=kind,
        value=filled,
        errors=errors or {},
        said=said,
    )


def _to_page(part: Part) -> BaseResponse:
    question = part.standing.question
    return web.see_other(
        "surveys.page", survey_id=part.seen.survey.id, page=question.page, _anchor=part.field
    )


def _added(statement: Statement) -> str:
    if statement.state == "live":
        return str(_("Thank you. Others can vote on it now."))
    return str(_("Thank you. We look at it before others vote on it."))


def _panel_of(rooms: list[Panel]) -> Panel:
    slug = request.form.get("panel", "")
    return next((panel for panel in rooms if panel.slug == slug), rooms[0])
