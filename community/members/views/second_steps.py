"""Where members set up and take away what guards their account besides the password."""

import io

from flask import Response, current_app, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, web
from community.infra.errors import NotFound, Refusal, TooMany
from community.infra.forms import answer
from community.infra.web import back_to, say, see_other, viewer
from community.members import actions, one_time_codes, passkeys, provider, queries, recovery
from community.members import sign_in as cookies
from community.members.actions import Unsure
from community.members.forms import AppForm, ConfirmSelfForm, NewPasskeyForm, PasskeyNameForm
from community.members.models import Authenticator
from community.members.views import blueprint


@blueprint.errorhandler(Unsure)
def show_again(_refusal: Unsure) -> BaseResponse:
    """Ask for the password, then lead back to the page about these things."""
    is_connecting = request.endpoint == "members.connect"
    page = "members.connect" if is_connecting else "members.second_steps"
    return see_other("members.confirm_self", next=url_for(page))


@blueprint.route("/me/security/confirm", methods=["GET", "POST"])
def confirm_self() -> BaseResponse:
    """Show again that it is you, before something that decides who gets in."""
    form = ConfirmSelfForm()
    if form.was_sent():
        try:
            actions.confirm_self(viewer(), password=form.current_password.data)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return back_to(web.argument("next"), "members.second_steps")
    return answer(
        "members/confirm_self.html",
        form,
        has_password=bool(viewer().password_hash),
        address=viewer().address,
        provider=provider.name() if provider.find() is not None else "",
    )


@blueprint.get("/me/security/second-step")
def second_steps() -> Response:
    """What guards the account besides the password."""
    return _page(NewPasskeyForm())


@blueprint.post("/me/security/app/begin")
def begin_app() -> BaseResponse:
    """Make a secret for an app."""
    actions.begin_app(viewer())
    return see_other("members.app")


@blueprint.route("/me/security/app", methods=["GET", "POST"])
def app() -> BaseResponse:
    """Put the secret into the app, and show by a code that it is there."""
    member = viewer()
    actions.must_be_sure(member)
    begun, form = _begun_app(), AppForm()
    if form.was_sent():
        try:
            codes = actions.confirm_app(member, code=form.code.data)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The app is set up. From now on you are asked for a code when you sign in."))
            return _with_codes(codes)
    secret = actions.secret_of(begun)
    page = answer("members/app.html", form, secret=_in_groups(secret), address=_address_of(secret))
    return _unkept(page)


@blueprint.get("/me/security/app/code.svg")
def app_picture() -> Response:
    """The secret as a QR code."""
    import segno

    actions.must_be_sure(viewer())
    address = _address_of(actions.secret_of(_begun_app()))
    drawing = io.BytesIO()
    # Dark on light in both themes: cameras read nothing else.
    segno.make(address, error="m").save(drawing, kind="svg", scale=5, border=4, light="#fff", dark="#000")
    return _unkept(Response(drawing.getvalue(), mimetype="image/svg+xml"))


@blueprint.post("/me/security/app/remove")
def remove_app() -> BaseResponse:
    """Ask for no codes of the app any more."""
    actions.remove_app(viewer())
    say(_("The app is removed."))
    return see_other("members.second_steps")


@blueprint.get("/me/security/passkeys/new")
def new_passkey() -> Response:
    """What the browser asks a device to make."""
    member = viewer()
    actions.must_be_sure(member)
    if not passkeys.are_possible():
        raise NotFound()
    known = queries.list_passkeys(member.id)
    challenge = passkeys.new_challenge()
    handle = known[0].user_handle if known else passkeys.new_handle()
    cookies.keep_challenge(challenge, handle=handle)
    options = passkeys.options_to_add(member, known=known, handle=handle, challenge=challenge)
    return _unkept(jsonify(options))


@blueprint.post("/me/security/passkeys")
def add_passkey() -> BaseResponse:
    """Take in the passkey that a device has made."""
    form = NewPasskeyForm()
    challenge, handle = cookies.take_challenge()
    if form.was_sent():
        try:
            codes = actions.add_passkey(
                viewer(),
                name=form.name.data,
                answer=form.credential.data,
                challenge=challenge,
                handle=handle,
            )
        except Unsure:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The passkey is added. You can sign in with it from now on."))
            return _with_codes(codes)
    return _page(form)


@blueprint.post("/me/security/passkeys/<int:passkey_id>/name")
def rename_passkey(passkey_id: int) -> BaseResponse:
    """Call a passkey something else."""
    form = PasskeyNameForm()
    if form.was_sent():
        actions.rename_passkey(viewer(), passkey_id=passkey_id, name=form.name.data)
        say(_("The name is saved."))
        return see_other("members.second_steps")
    return _page(NewPasskeyForm(formdata=None), {passkey_id: form})


@blueprint.post("/me/security/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> BaseResponse:
    """Let a passkey open nothing any more."""
    actions.remove_passkey(viewer(), passkey_id=passkey_id)
    say(_("The passkey is removed. Delete it on your device too."))
    return see_other("members.second_steps")


@blueprint.post("/me/security/recovery-codes/new")
def renew_codes() -> BaseResponse:
    """Make new recovery codes."""
    return _with_codes(actions.renew_codes(viewer()))


@blueprint.get("/me/security/recovery-codes")
def recovery_codes() -> BaseResponse:
    """The codes that were just made; nobody can look at them a second time."""
    codes = cookies.take_codes()
    if not codes:
        return see_other("members.second_steps")
    address = current_app.config["BASE_URL"]
    return _unkept(web.page("members/recovery_codes.html", codes=codes, account=_account(), address=address))


@blueprint.post("/me/security/recovery-codes/file")
def recovery_codes_file() -> BaseResponse:
    """The codes that the page shows, sent back by it, as a file: of this member and no other text."""
    codes = queries.list_own_codes(viewer().id, among=request.form.getlist("code")[: recovery.HOW_MANY])
    if not codes:
        return see_other("members.second_steps")
    whose = _("For %(account)s on %(site)s", account=_account(), site=language.site_name())
    lines = [_("Recovery codes"), whose, current_app.config["BASE_URL"], "", *codes, ""]
    file = _unkept(Response("\r\n".join(lines), mimetype="text/plain"))
    file.headers["Content-Disposition"] = "attachment; filename=recovery-codes.txt"
    return file


def _page(form: NewPasskeyForm, renamed: dict[int, PasskeyNameForm] | None = None) -> Response:
    member, renamed = viewer(), renamed or {}
    app_ = queries.find_authenticator(member.id)
    own = [
        (passkey, renamed.get(passkey.id) or PasskeyNameForm(formdata=None, name=passkey.name))
        for passkey in queries.list_passkeys(member.id)
    ]
    return web.page(
        "members/second_steps.html",
        status=max(form.status, *(each.status for each in renamed.values()), 200),
        form=form,
        member=member,
        app=app_ if app_ is not None and app_.confirmed_at is not None else None,
        passkeys=own,
        are_passkeys_possible=passkeys.are_possible(),
        codes_left=queries.count_recovery_codes(member.id),
        is_required=current_app.config["STAFF_SECOND_FACTOR"] == "required" and bool(member.roles),
        leads_to=web.safe_path(web.argument("next")),
    )


def _begun_app() -> Authenticator:
    begun = queries.find_authenticator(viewer().id)
    if begun is None or begun.confirmed_at is not None:
        raise NotFound()
    return begun


def _address_of(secret: str) -> str:
    return one_time_codes.address_of(secret, account=_account(), site=language.site_name())


def _account() -> str:
    """What the member signs in with."""
    return str(viewer().address or viewer().display_name)


def _with_codes(codes: list[str]) -> BaseResponse:
    if not codes:
        return see_other("members.second_steps")
    cookies.keep_codes(codes)
    return see_other("members.recovery_codes")


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
