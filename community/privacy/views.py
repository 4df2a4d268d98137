"""A member's own data: what they agree to, what is held, a copy of it, and being forgotten."""

from flask import Response, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, language, limits, web
from community.infra.errors import NotFound, Refusal, TooMany
from community.infra.forms import answer
from community.infra.web import MemberBlueprint, say, see_other, viewer
from community.members import actions as members
from community.members import consent
from community.members import queries as member_queries
from community.panels import queries as panels
from community.privacy import actions, naming, retention
from community.privacy.forms import ConsentForm, CopyForm, EraseForm
from community.privacy.queries import gathering
from community.privacy.queries import wishes as queries

blueprint = MemberBlueprint("privacy", __name__)

# Of each kind of thing a page shows so many; the copy has all.
LINES = 25


@blueprint.get("/me/privacy")
def index() -> Response:
    """All about one's own data on one page."""
    return _index(CopyForm(formdata=None))


@blueprint.post("/me/privacy/consents")
@limits.by_member(limits.WRITE)
def say_yes_or_no() -> BaseResponse:
    """Agree to a purpose, or no longer."""
    form = ConsentForm()
    if not form.was_sent():
        return _index(CopyForm(formdata=None), status=422)
    if form.answer.data == "yes":
        members.give_consent(viewer(), form.purpose.data)
        say(_("Thank you. You can take this back at any time."))
    else:
        members.withdraw_consent(viewer(), form.purpose.data)
        say(_("Noted. It holds from now on."))
    return see_other("privacy.index", _anchor="consents")


@blueprint.get("/me/privacy/data")
def data() -> Response:
    """Where to read what."""
    domains = naming.in_order(gathering.personal())
    return web.page("privacy/data.html", domains=[(domain, naming.DOMAINS[domain]) for domain in domains])


@blueprint.get("/me/privacy/data/<domain>")
@limits.by_member(limits.SEARCH, methods=("GET",))
def domain(domain: str) -> Response:
    """What one part of the site holds about the member, in words."""
    holder = gathering.personal().get(domain)
    if holder is None:
        raise NotFound()
    return web.page(
        "privacy/domain.html",
        title=naming.DOMAINS[domain],
        parts=holder.export(viewer()),
        most=LINES,
    )


@blueprint.post("/me/privacy/copies")
@limits.by_member(limits.UPLOAD)
def make_file() -> BaseResponse:
    """Ask for a copy of everything."""
    form = CopyForm()
    if form.was_sent():
        try:
            actions.ask_for_copy(viewer(), password=form.password.data)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("We are putting your copy together. Come back to this page in a few minutes."))
            return see_other("privacy.index", _anchor="copy")
    return _index(form)


@blueprint.get("/me/privacy/copies/<int:copy_id>")
def file(copy_id: int) -> Response:
    """A copy that was made, for its member only."""
    copy = queries.get_copy(viewer(), copy_id)
    name = f"my-data-{copy.asked_at:%Y-%m-%d}.zip"
    response = send_file(
        actions.path_of(copy), mimetype="application/zip", as_attachment=True, download_name=name
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/me/privacy/erase", methods=["GET", "POST"])
def erase() -> BaseResponse:
    """What being forgotten means, and asking for it."""
    member = viewer()
    form = EraseForm()
    if form.was_sent():
        try:
            actions.ask_to_erase(member, password=form.password.data, keeps_texts=form.texts.data == "keep")
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Noted. Until then you can change your mind here."))
            return see_other("privacy.index")
    return answer(
        "privacy/erase.html",
        form,
        days=actions.CALLED_OFF_WITHIN.days,
        erasure=queries.find_waiting_erasure(member),
        is_staff=member.is_staff,
    )


@blueprint.post("/me/privacy/erase/call-off")
def call_off() -> BaseResponse:
    """Stay after all."""
    actions.call_off(viewer())
    say(_("Good to have you. Nothing was forgotten."))
    return see_other("privacy.index")


def _index(form: CopyForm, *, status: int = 200) -> Response:
    member = viewer()
    return web.page(
        "privacy/index.html",
        status=max(status, form.status),
        form=form,
        purposes=[
            (key, purpose, member_queries.has_consent(member, key))
            for key, purpose in consent.PURPOSES.items()
        ],
        said=member_queries.list_consents(member),
        titles={key: purpose.title for key, purpose in consent.PURPOSES.items()},
        copies=queries.list_copies(member),
        erasure=queries.find_waiting_erasure(member),
        kept=_kept(),
        now=clock.now(),
    )


def _kept() -> list[tuple[object, object, list[tuple[str, int]]]]:
    """What is forgotten by itself and when: on the site, and in the panels the member is in."""
    rules = queries.list_all_rules()
    locale = language.current_locale()
    places: dict[int | None, str] = {None: str(_("On this site"))}
    places |= {panel.id: panel.name_in(locale) for panel in panels.list_panels_of(viewer())}
    return [
        (
            thing.title,
            thing.meaning,
            [(name, rules[place][what]) for place, name in places.items() if what in rules.get(place, {})],
        )
        for what, thing in retention.THINGS.items()
    ]
