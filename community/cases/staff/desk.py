"""The desk of an owner, and one answer to many."""

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import replies
from community.cases.forms.answers import ManyForm
from community.cases.queries import desk, doors
from community.cases.staff.access import blueprint
from community.feedback import queries as feedback
from community.feedback.models import KINDS
from community.infra import language, limits, paging, web
from community.infra.errors import Invalid
from community.infra.forms import answer


@blueprint.get("")
def index() -> Response:
    """What lies on one's desk, what is due first at the top."""
    viewer, locale = web.viewer(), language.current_locale()
    tab = web.argument("tab") if web.argument("tab") in desk.TABS else "mine"
    panels = feedback.list_staffed_panels(viewer, locale=locale, roles=policy.ROLES)
    topics = feedback.topic_tree()
    people = desk.list_people(viewer)
    panel = next((each for each in panels if each.slug == web.argument("panel")), None)
    topic = next((each for each in topics if str(each.id) == web.argument("topic")), None)
    owner = next((each for each in people if str(each.id) == web.argument("owner")), None)
    kind = web.argument("kind") if web.argument("kind") in KINDS else ""
    page = desk.list_desk(
        viewer,
        tab=tab,
        filters=desk.Filters(
            panel_id=panel.id if panel else None,
            kind=kind,
            topic_ids=topic.ids if topic else (),
            owner_id=owner.id if owner else None,
        ),
        locale=locale,
        number=paging.page_number(web.argument("page")),
    )
    filters = {
        "panel": panel.slug if panel else None,
        "kind": kind or None,
        "topic": topic.id if topic else None,
        "owner": owner.id if owner else None,
    }
    return web.page(
        "cases/staff/index.html",
        page=page,
        tab=tab,
        filters=filters,
        panels=panels,
        topics=topics,
        people=people,
        kinds=KINDS,
        can_keep_templates=policy.can_keep_templates(viewer),
    )


@blueprint.route("/answer", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def answer_many() -> BaseResponse:
    """One message to the authors of many cases, in each case for itself."""
    viewer = web.viewer()
    chosen = doors.list_cases(_chosen_ids(), viewer)
    cases = [case for case in chosen if policy.can_answer_case(viewer, case)]
    form = ManyForm()
    if not cases:
        web.say(_("Choose the cases first: tick them on the desk."))
        return web.see_other("cases_staff.index")
    if form.was_sent():
        try:
            told = replies.reply_to_many(cases, viewer, body=form.body.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            count = len(told.answered)
            web.say(ngettext("%(num)d case is answered.", "%(num)d cases are answered.", count))
            if told.refused:
                count = len(told.refused)
                web.say(
                    ngettext(
                        "%(num)d case has nobody here who could read a reply.",
                        "%(num)d cases have nobody here who could read a reply.",
                        count,
                    )
                )
            return web.see_other("cases_staff.index")
    rows = desk.list_rows([case.id for case in cases], viewer, locale=language.current_locale())
    return answer("cases/staff/answer_many.html", form, rows=rows, here=url_for("cases_staff.answer_many"))


def _chosen_ids() -> list[int]:
    raw = request.values.getlist("case")[: replies.MOST_AT_ONCE]
    return [number for each in raw if (number := paging.after_id(each))]
