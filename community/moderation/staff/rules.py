"""What texts are screened by: the rules of the site and of each panel, and the words that are not said."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, paging, web
from community.infra.errors import NotFound, Refusal
from community.infra.forms import Form, answer
from community.members.models import Member
from community.moderation import marking, policy, suspicion
from community.moderation.actions import rules as actions
from community.moderation.forms.rules import RulesForm, TryForm, WordsForm, rules_form
from community.moderation.queries import rules as queries
from community.moderation.queries import screening
from community.moderation.rules import RULES
from community.moderation.staff.access import blueprint
from community.moderation.suspicion import Circumstances
from community.moderation.why_held import told_to_author
from community.panels.models import Panel


@blueprint.route("/rules", methods=["GET", "POST"])
def rules() -> BaseResponse:
    """The rules of the whole site; whoever moderates panels only goes on to those."""
    viewer = web.viewer()
    if not policy.can_run_rules(viewer, None):
        return web.see_other("moderation_staff.panel_rules", slug=_first_floor(viewer).slug)
    return _rules_page(None)


@blueprint.route("/rules/<slug>", methods=["GET", "POST"])
def panel_rules(slug: str) -> BaseResponse:
    """The rules of one panel, over those of the site."""
    return _rules_page(queries.get_panel(slug, web.viewer()))


@blueprint.get("/words")
def words() -> BaseResponse:
    """The blocked words of the site or of one panel."""
    viewer = web.viewer()
    if not web.argument("panel") and not policy.can_run_rules(viewer, None):
        return web.see_other("moderation_staff.words", panel=_first_floor(viewer).slug)
    return _words_page(_chosen_panel(), WordsForm(None))


@blueprint.post("/words")
@limits.by_member(limits.WRITE)
def block() -> BaseResponse:
    """Block words, many at once."""
    panel = _chosen_panel()
    form = WordsForm()
    if form.was_sent():
        try:
            added = actions.block_words(
                panel, form.terms.data.splitlines(), effect=form.effect.data, by=web.viewer()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(ngettext("%(num)d word is new.", "%(num)d words are new.", added.new_count))
            if added.known_count:
                web.say(
                    ngettext(
                        "%(num)d word stood here already.",
                        "%(num)d words stood here already.",
                        added.known_count,
                    )
                )
            return web.see_other("moderation_staff.words", panel=panel and panel.slug)
    return _words_page(panel, form)


@blueprint.post("/words/allow")
@limits.by_member(limits.WRITE)
def allow() -> BaseResponse:
    """Let words be said again."""
    panel = _chosen_panel()
    ticked = [number for each in request.form.getlist("word") if (number := paging.after_id(each))]
    count = actions.allow_words(panel, ticked[: queries.PER_PAGE], by=web.viewer())
    web.say(
        ngettext("%(num)d word can be said again.", "%(num)d words can be said again.", count)
        if count
        else _("Tick what you mean first.")
    )
    return web.see_other("moderation_staff.words", panel=panel and panel.slug)


@blueprint.post("/words/try")
def try_text() -> BaseResponse:
    """What would become of a text that a new member wrote; nothing is kept of it."""
    panel = _chosen_panel()
    form = TryForm()
    verdict = None
    if form.was_sent():
        panel_id = panel.id if panel is not None else None
        verdict = suspicion.judge(
            {"text": form.text.data},
            rules=screening.find_rules(panel_id),
            blocked=screening.list_blocked(panel_id),
            around=Circumstances(),
        )
    return _words_page(panel, WordsForm(None), try_form=form, verdict=verdict)


def _rules_page(panel: Panel | None) -> BaseResponse:
    viewer = web.viewer()
    standing = queries.get_standing(panel.id if panel is not None else None)
    form: RulesForm = rules_form(standing)
    if form.was_sent():
        try:
            actions.set_rules(panel, form.settings(), by=viewer)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved. It holds for what is written from now on."))
            return web.see_other(request.endpoint or "", **(request.view_args or {}))
    return answer(
        "moderation/staff/rules.html",
        form,
        panel=panel,
        asked=RULES,
        standing=standing,
        has_site=policy.can_run_rules(viewer, None),
        floors=queries.list_floors(viewer, locale=language.current_locale()),
    )


def _words_page(
    panel: Panel | None,
    form: WordsForm,
    *,
    try_form: Form | None = None,
    verdict: suspicion.Verdict | None = None,
) -> Response:
    viewer = web.viewer()
    panel_id = panel.id if panel is not None else None
    tried = try_form or TryForm(None)
    stored = [reason.stored() for reason in verdict.reasons] if verdict is not None else []
    return web.page(
        "moderation/staff/words.html",
        status=form.status if try_form is None else try_form.status,
        form=form,
        try_form=tried,
        verdict=verdict,
        told=told_to_author(stored) if verdict is not None and verdict.is_held else [],
        pieces=marking.cut(tried["text"].data or "", "text", stored),
        panel=panel,
        words=queries.list_words(panel_id, number=paging.page_number(web.argument("page"))),
        site_count=queries.count_words(None) if panel is not None else 0,
        has_site=policy.can_run_rules(viewer, None),
        floors=queries.list_floors(viewer, locale=language.current_locale()),
    )


def _chosen_panel() -> Panel | None:
    """The panel that the address names; None is the site, for those who set its rules."""
    viewer = web.viewer()
    slug = web.argument("panel")
    if slug:
        return queries.get_panel(slug, viewer)
    if not policy.can_run_rules(viewer, None):
        raise NotFound()
    return None


def _first_floor(viewer: Member) -> queries.Floor:
    floors = queries.list_floors(viewer, locale=language.current_locale())
    if not floors:
        raise NotFound()
    return floors[0]
