"""How the site listens: what it was taught and learned, what to label next, how the reading fares."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.feedback import actions, marking, policy, queries, wording
from community.feedback.actions.listening import READ_AGAIN_DAYS
from community.feedback.forms import BarsForm, LabelForm, ReadAgainForm, TryForm, WordForm
from community.feedback.models import SENTIMENTS
from community.feedback.staff.access import item_to_correct, require_teacher
from community.feedback.staff.access import listening as blueprint
from community.infra import language
from community.infra.errors import Invalid, Refusal
from community.infra.forms import Form
from community.infra.web import page, say, see_other, viewer, wants_fragment

LABELS_SHOWN = 20


@blueprint.get("")
def index() -> Response:
    """What the site has learned, and how the reading fares."""
    return _page()


@blueprint.post("/words")
def set_word() -> BaseResponse:
    """Say how a word feels on this site."""
    require_teacher()
    form = WordForm()
    if form.was_sent():
        try:
            actions.set_word(viewer(), word=form.word.data, valence=form.valence.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The word counts like this from now on."))
            return see_other("listening_staff.index", _anchor="words")
    return _page(word_form=form)


@blueprint.post("/words/<int:word_id>/remove")
def remove_word(word_id: int) -> BaseResponse:
    """Let a word feel what it feels everywhere."""
    require_teacher()
    actions.remove_word(queries.get_word(word_id), viewer())
    say(_("The word is removed."))
    return see_other("listening_staff.index", _anchor="words")


@blueprint.post("/try")
def try_text() -> Response:
    """Read a text as the pipeline would, and keep nothing of it."""
    form = TryForm()
    reading = queries.get_known().reader.read_one(form.text.data) if form.was_sent() else None
    return _page(try_form=form, reading=reading)


@blueprint.post("/bars")
def set_bars() -> BaseResponse:
    """Say how sure a reading has to be."""
    require_teacher()
    form = BarsForm()
    if form.was_sent():
        try:
            actions.set_bars(viewer(), person_below=form.person_below.data, topic_above=form.topic_above.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Saved. The next texts are read with it."))
            return see_other("listening_staff.index", _anchor="bars")
    return _page(bars_form=form)


@blueprint.post("/models/<int:model_id>/live")
def take_live(model_id: int) -> BaseResponse:
    """Read with a version that was learned."""
    require_teacher()
    actions.take_live(queries.get_model(model_id), viewer())
    say(_("This version reads from now on. Newer ones wait until you let the site decide again."))
    return see_other("listening_staff.index", _anchor="versions")


@blueprint.post("/models/<int:model_id>/off")
def switch_off(model_id: int) -> BaseResponse:
    """Read by the lexicon alone."""
    require_teacher()
    actions.switch_off(queries.get_model(model_id), viewer())
    say(_("The lexicon reads alone from now on, until you let the site decide again."))
    return see_other("listening_staff.index", _anchor="versions")


@blueprint.post("/models/<int:model_id>/decide")
def let_site_decide(model_id: int) -> BaseResponse:
    """Let the best version read, whichever it is."""
    require_teacher()
    model = queries.get_model(model_id)
    actions.let_site_decide(model.task, model.language, viewer())
    say(_("The site decides again: what reads better than the lexicon reads."))
    return see_other("listening_staff.index", _anchor="versions")


@blueprint.post("/read-again")
def read_again() -> BaseResponse:
    """Read what came in during the last days again."""
    require_teacher()
    form = ReadAgainForm()
    if not form.was_sent():
        raise Invalid(_("Please choose one of the options."))
    count = actions.read_again(viewer(), days=form.days.data)
    say(ngettext("%(num)d text waits to be read again.", "%(num)d texts wait to be read again.", count))
    return see_other("listening_staff.index")


@blueprint.post("/items/<int:item_id>/try-again")
def try_again(item_id: int) -> BaseResponse:
    """Read a text once more whose reading failed."""
    actions.try_failed_again(item_to_correct(item_id), viewer())
    say(_("It waits to be read again."))
    return see_other("feedback_staff.show", item_id=item_id)


@blueprint.get("/labels")
def labels() -> Response:
    """The texts that people are asked about, without what was read in them: that would sway."""
    return page(
        "listening/staff/labels.html",
        items=queries.list_asked(viewer(), limit=LABELS_SHOWN),
        waiting_count=queries.count_asked_of(viewer()),
        panel_names=_panel_names(),
    )


@blueprint.post("/labels/<int:item_id>")
def label(item_id: int) -> BaseResponse:
    """Say how a text feels, or that one cannot tell."""
    item, form = item_to_correct(item_id), LabelForm()
    value = form.value.data or ""
    if not form.was_sent() or value not in (*SENTIMENTS, "skip"):
        raise Invalid(_("Please choose one of the options."))
    if value == "skip":
        actions.skip(item, viewer())
    else:
        actions.correct(item, viewer(), field="sentiment", value=value)
    if wants_fragment():
        return page("listening/staff/_label.html", item=item, said=value, panel_names=_panel_names())
    say(wording.on_the_way(queries.get_teaching(item)))
    return see_other("listening_staff.labels")


def _page(
    *,
    word_form: WordForm | None = None,
    try_form: TryForm | None = None,
    bars_form: BarsForm | None = None,
    reading: Any = None,
) -> Response:
    listening = queries.get_listening()
    forms: list[Form] = [each for each in (word_form, try_form, bars_form) if each is not None]
    text = try_form.text.data if try_form is not None and reading is not None else ""
    return page(
        "listening/staff/index.html",
        status=max((each.status for each in forms), default=200),
        progress=queries.list_progress(viewer()),
        waiting_count=queries.count_asked_of(viewer()),
        versions=queries.list_versions(),
        words=queries.list_words(),
        listening=listening,
        throughput=queries.get_throughput(viewer()),
        failed=queries.list_failed(viewer()),
        can_teach=policy.can_teach_site(viewer()),
        can_label=any(policy.can_correct_item(viewer(), panel_id) for panel_id in _panel_names()),
        word_form=word_form or WordForm(formdata=None),
        try_form=try_form or TryForm(formdata=None),
        bars_form=bars_form or BarsForm(formdata=None, obj=listening),
        read_again_days=READ_AGAIN_DAYS,
        reading=reading,
        stretches=marking.stretches(text, reading.evidence) if reading is not None else [],
        reasons=marking.reasons(text, reading.evidence) if reading is not None else [],
        topic_names=queries.topic_names() if reading is not None else {},
    )


def _panel_names() -> dict[int, str]:
    panels = queries.list_staffed_panels(viewer(), locale=language.current_locale())
    return {panel.id: panel.name for panel in panels}
