"""Joining, signing in and a member's own pages."""

from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, letter_keys, limits, web
from community.infra.errors import NotFound, Refusal, TooMany
from community.infra.forms import answer
from community.infra.images import MIMES
from community.infra.text import clean_line
from community.infra.web import back_to, public, say, see_other, viewer
from community.members import actions, devices, names, provider, queries
from community.members import sign_in as cookies
from community.members.forms import (
    AUDIENCE_LABELS,
    ConfirmForm,
    EmailForm,
    ForgottenForm,
    JoinForm,
    KeysForm,
    NewPasswordForm,
    PasswordForm,
    PictureForm,
    ProfileForm,
    SignInForm,
    answers_as_data,
    answers_in_words,
    profile_form,
)
from community.members.models import Member
from community.members.views import blueprint
from community.members.views.entering import let_in, sign_in_page


@blueprint.route("/join", methods=["GET", "POST"])
@public
def join() -> BaseResponse:
    """Open an account and be signed in at once."""
    if viewer() is not None:
        return back_to(request.values.get("next"), "members.me")
    form = JoinForm(next=web.argument("next"))
    if form.was_sent():
        try:
            member = actions.join(
                display_name=form.display_name.data,
                email=form.email.data,
                password=form.password.data,
                locale=language.current_locale(),
                came_by=cookies.came_by(),
                **cookies.browser(),
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            cookies.enter(member)
            say(_("Welcome. We have sent you a mail: follow the link in it to confirm your address."))
            return back_to(form.next.data or web.argument("next"), "members.me")
    return answer("members/join.html", form, is_invited=bool(cookies.came_by()))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> BaseResponse:
    """Come back with address and password."""
    if viewer() is not None:
        return back_to(request.values.get("next"), "members.me")
    cookies.forget_first_step()
    form = SignInForm(next=web.argument("next"))
    if form.was_sent():
        try:
            member = actions.sign_in(
                email=form.email.data,
                password=form.password.data,
                is_remembered=form.remember.data,
                **cookies.browser(),
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return let_in(
                member,
                leads_to=form.next.data or web.argument("next"),
                is_remembered=form.remember.data,
            )
    return sign_in_page(form)


@blueprint.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End this browser's session."""
    member = viewer()
    came_by = member.session_came_by if member is not None else ""
    if member is not None:
        actions.end_session_of(member.session_token)
    cookies.leave()
    if came_by == "provider":
        return see_other("members.signed_out")
    return back_to(request.values.get("next"), "home.index")


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten() -> BaseResponse:
    """Ask for a link to set a new password."""
    if request.form.get("fill_in"):
        # From the page for signing in, with what was typed there; nothing is sent yet.
        typed = ForgottenForm(formdata=None, email=clean_line(request.form.get("email", "")))
        return answer("members/forgotten.html", typed)
    form = ForgottenForm()
    if form.was_sent():
        try:
            actions.request_new_password(email=form.email.data, locale=language.current_locale())
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other("members.forgotten_sent")
    return answer("members/forgotten.html", form)


@blueprint.get("/forgotten-password/sent")
@public
def forgotten_sent() -> Response:
    """What to expect after asking for a link."""
    return web.page("members/forgotten_sent.html")


@blueprint.route("/new-password/<secret>", methods=["GET", "POST"])
@public
def new_password(secret: str) -> BaseResponse:
    """Set a new password by a mailed link; opening the page does not use the link up."""
    token = queries.find_token(secret, purposes=("reset_password",))
    form = NewPasswordForm()
    if token is None:
        return _link_gone()
    if form.was_sent():
        try:
            member = actions.reset_password(secret, password=form.password.data)
        except NotFound:
            return _link_gone()
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            cookies.leave()
            say(_("Your new password is set, and you are signed out everywhere. Sign in with it now."))
            # Then they look through their app and passkeys: who knew the old password may have added some.
            return see_other(
                "members.sign_in", next=url_for("members.second_steps") if member.second_step_since else None
            )
    return _unkept(answer("members/new_password.html", form, email=token.email))


@blueprint.route("/confirm-email/<secret>", methods=["GET", "POST"])
@public
def confirm_email(secret: str) -> BaseResponse:
    """Confirm an address by a mailed link; opening the page does not use the link up."""
    token = queries.find_token(secret, purposes=("verify_email", "change_email"))
    if token is None:
        return _link_gone(confirms=True)
    member = viewer()
    is_own = member is not None and member.id == token.member_id
    form = ConfirmForm()
    email, name = token.email, token.member.display_name
    if form.was_sent():
        try:
            owner = actions.confirm_email(secret, member=member, password=form.password.data or "")
        except NotFound:
            return _link_gone(confirms=True)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Thank you. Your e-mail address is confirmed."))
            if member is None:
                owner.session_token = actions.begin_unless_second_step(owner, **cookies.browser())
                return let_in(owner, leads_to=url_for("members.me"))
            return back_to(cookies.draft(), "members.me")
    return _unkept(answer("members/confirm_email.html", form, email=email, name=name, is_own=is_own))


@blueprint.post("/me/confirmation")
def resend_confirmation() -> BaseResponse:
    """Send the mail with the confirming link again."""
    actions.send_confirmation(viewer())
    say(_("We have sent the mail again. Look into your inbox, and into the folder for spam."))
    return back_to(request.form.get("next"), "members.me")


@blueprint.get("/me")
def me() -> Response:
    """The member's own page."""
    return web.page("members/me.html", member=viewer())


@blueprint.route("/me/profile", methods=["GET", "POST"])
def profile() -> BaseResponse:
    """Name, language, time zone and answers to profile questions."""
    member = viewer()
    form = _profile_form(member)
    if form.was_sent():
        try:
            actions.update_profile(
                member,
                display_name=form.display_name.data,
                locale=form.locale.data,
                time_zone=form.time_zone.data,
                answers=form.answers(),
                alias=form.alias.data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Your profile is saved."))
            return see_other("members.profile")
    return _profile_page(form, PictureForm(formdata=None))


@blueprint.post("/me/profile/picture")
@limits.by_member(limits.UPLOAD)
def picture_upload() -> BaseResponse:
    """Take a new picture."""
    member = viewer()
    form = PictureForm()
    if form.was_sent():
        try:
            actions.set_picture(member, form.picture.data.stream)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Your picture is saved."))
            return see_other("members.profile")
    return _profile_page(_profile_form(member, formdata=None), form)


@blueprint.post("/me/profile/picture/remove")
def picture_removal() -> BaseResponse:
    """Go back to the initials."""
    actions.remove_picture(viewer())
    say(_("Your picture is removed."))
    return see_other("members.profile")


@blueprint.post("/me/profile/keys")
def choose_keys() -> BaseResponse:
    """Let pages answer to single letters in this browser, or not."""
    form = KeysForm()
    if not form.was_sent():
        return _profile_page(_profile_form(viewer(), formdata=None), PictureForm(formdata=None), form)
    answer = see_other("members.profile", _anchor="keys-heading")
    letter_keys.switch(answer, on=form.are_on.data)
    say(_("Saved for this browser."))
    return answer


@blueprint.get("/me/security")
def security() -> Response:
    """Address, password and the browsers that are signed in."""
    return _security_page(EmailForm(), PasswordForm())


@blueprint.post("/me/security/email")
def change_email() -> BaseResponse:
    """Ask to use another address."""
    form = EmailForm()
    if form.was_sent():
        try:
            actions.change_email(viewer(), email=form.email.data, password=form.current_password.data)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("We have sent a mail to the new address. Follow the link in it to confirm the address."))
            return see_other("members.security")
    return _security_page(form, PasswordForm(formdata=None))


@blueprint.post("/me/security/password")
def change_password() -> BaseResponse:
    """Set another password."""
    form = PasswordForm()
    if form.was_sent():
        try:
            actions.change_password(viewer(), current=form.current_password.data, new=form.new_password.data)
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Your password is changed. All other browsers are signed out."))
            return see_other("members.security")
    return _security_page(EmailForm(formdata=None), form)


@blueprint.post("/me/sessions/<int:session_id>/end")
def end_session(session_id: int) -> BaseResponse:
    """Sign one browser out."""
    actions.end_session(viewer(), session_id=session_id)
    say(_("That browser is signed out."))
    return see_other("members.security")


@blueprint.post("/me/sessions/end-others")
def end_other_sessions() -> BaseResponse:
    """Sign out everywhere but here."""
    member = viewer()
    actions.end_sessions(member, except_token=member.session_token)
    say(_("All other browsers are signed out."))
    return see_other("members.security")


@blueprint.post("/me/sessions/end")
def end_all_sessions() -> BaseResponse:
    """Sign out everywhere, here too."""
    actions.end_sessions(viewer())
    cookies.leave()
    say(_("You are signed out everywhere."))
    return see_other("members.sign_in")


@blueprint.get("/members/<int:member_id>")
def show(member_id: int) -> Response:
    """A member as other members may know them."""
    member = queries.get_shown_member(member_id)
    how = queries.how_known(viewer(), member)
    if how == "alias":
        # Nothing tells an alias's page from one that never was.
        raise NotFound()
    answers = queries.list_answers(member, visible_to=("members",))
    return web.page(
        "members/show.html",
        member=member,
        name=names.shown_name(member.display_name, alias=member.alias, how=how),
        answers=answers_in_words(answers),
    )


@blueprint.get("/members/<int:member_id>/picture")
@public
def picture(member_id: int) -> Response:
    """A member's picture, for whoever saw it on a page."""
    member = queries.get_picture_owner(member_id, web.argument("key"))
    with actions.pictures().open(str(member.picture_key)) as file:
        response = Response(file.read(), mimetype=MIMES[str(member.picture_extension)])
    # Another picture has another address.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _link_gone(*, confirms: bool = False) -> Response:
    if web.wants_fragment():
        raise NotFound()
    return web.page("members/link_gone.html", status=404, confirms=confirms)


def _profile_form(member: Member, **options: Any) -> ProfileForm:
    questions = queries.list_attributes_for(member)
    data = answers_as_data(questions, queries.list_answers(member))
    return profile_form(questions, obj=member, data=data, **options)


def _profile_page(
    form: ProfileForm, picture_form: PictureForm, keys_form: KeysForm | None = None
) -> Response:
    keys_form = keys_form or KeysForm(formdata=None, are_on=letter_keys.are_on())
    return web.page(
        "members/profile.html",
        status=max(form.status, picture_form.status, keys_form.status),
        form=form,
        picture_form=picture_form,
        keys_form=keys_form,
        member=viewer(),
        audiences=AUDIENCE_LABELS,
    )


def _security_page(email_form: EmailForm, password_form: PasswordForm) -> Response:
    member = viewer()
    browsers = queries.list_sessions(member)
    here = queries.find_session(member.session_token)
    return web.page(
        "members/security.html",
        status=max(email_form.status, password_form.status),
        email_form=email_form,
        password_form=password_form,
        member=member,
        browsers=[(browser, *devices.names_of(browser.user_agent), browser is here) for browser in browsers],
        provider=provider.name() if provider.find() is not None else "",
        identity=queries.find_identity_of(member.id, current_app.config["OIDC_ISSUER"]),
    )
