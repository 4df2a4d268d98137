"""Signing in through the OpenID Connect provider, joining by it, and joining it to an account."""

from flask import current_app, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, web
from community.infra.errors import NotFound, Refusal, TooMany
from community.infra.forms import answer
from community.infra.web import public, say, see_other, viewer
from community.members import actions, provider, queries, secrets
from community.members import sign_in as cookies
from community.members.actions import tokens
from community.members.forms import OutsideJoinForm, SignInForm
from community.members.outsiders import Outsider
from community.members.provider import Provider
from community.members.views import blueprint
from community.members.views.entering import let_in, sign_in_page


@blueprint.get("/sign-in/provider")
@public
@limits.by_member(limits.SEARCH, methods=("GET",))
def to_provider() -> BaseResponse:
    """Send the browser to the provider; a signed-in member joins the account there to the one here."""
    there, question = _provider(), provider.new_question()
    try:
        # Whoever is signed in shall be the one who sits there, not who used the provider's page before.
        address = there.question_address(question, way_back=_way_back(), is_again=viewer() is not None)
    except Refusal as refusal:
        return _at_the_door(refusal)
    cookies.keep_question(question, leads_to=web.safe_path(web.argument("next")))
    return redirect(address, code=303)


@blueprint.get("/sign-in/provider/back")
@public
@limits.by_member(limits.SEARCH, methods=("GET",))
def from_provider() -> BaseResponse:
    """Where the provider sends the browser with its answer; only this browser's own question counts."""
    there, asked = _provider(), cookies.take_question()
    if asked is None or not secrets.same(asked[0].state, web.argument("state")):
        return _at_the_door(provider.not_asked())
    question, leads_to = asked
    if not web.argument("code"):
        return _at_the_door(provider.not_told())
    try:
        claims = there.answer(
            question, code=web.argument("code"), way_back=_way_back(), issuer=request.args.get("iss")
        )
        outsider, is_fresh = provider.outsider(claims), provider.is_fresh(claims)
        if viewer() is not None:
            return _to_own_account(outsider, is_fresh=is_fresh)
        member = actions.sign_in_from_outside(outsider, is_fresh=is_fresh, **cookies.browser())
        if member is not None:
            return let_in(member, leads_to=leads_to, came_by="provider")
        return _newcomer(outsider)
    except Refusal as refusal:
        return _at_the_door(refusal)


@blueprint.route("/join/provider", methods=["GET", "POST"])
@public
def join_from_provider() -> BaseResponse:
    """Open an account for whom the provider vouches, under a name of their choice."""
    outsider = cookies.outsider()
    if outsider is None or viewer() is not None:
        return see_other("members.sign_in")
    form = OutsideJoinForm(display_name=outsider.name)
    if form.was_sent():
        try:
            member = actions.join_from_outside(
                outsider,
                display_name=form.display_name.data,
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
            say(_("Welcome. You are a member now."))
            return see_other("members.me")
    return answer("members/join_from_provider.html", form, outsider=outsider, provider=provider.name())


@blueprint.route("/me/security/provider", methods=["GET", "POST"])
def connect() -> BaseResponse:
    """Join the account at the provider to the one here, after a look at both."""
    outsider = cookies.outsider()
    if outsider is None:
        return see_other("members.security")
    if request.method == "POST":
        actions.connect(viewer(), outsider)
        cookies.forget_between()
        say(_("Done. You can sign in with %(provider)s from now on.", provider=provider.name()))
        return see_other("members.security")
    return web.page("members/connect.html", outsider=outsider, provider=provider.name(), member=viewer())


@blueprint.post("/me/security/provider/<int:identity_id>/end")
def disconnect(identity_id: int) -> BaseResponse:
    """Let the provider open this account no more."""
    actions.disconnect(viewer(), identity_id=identity_id)
    say(_("The two accounts are separate again."))
    return see_other("members.security")


@blueprint.get("/signed-out")
@public
def signed_out() -> BaseResponse:
    """After signing out here: the provider may still have its own session open."""
    there = provider.find()
    if there is None or viewer() is not None:
        return see_other("home.index")
    return web.page(
        "members/signed_out.html",
        provider=provider.name(),
        leaving=there.leaving_address(way_back=tokens.link("/")),
    )


def _to_own_account(outsider: Outsider, *, is_fresh: bool) -> BaseResponse:
    known = queries.find_identity(outsider.issuer, outsider.subject)
    if known is not None and known.member_id == viewer().id:
        # They were asked to sign in there once more; if they did, that shows that it is them.
        if is_fresh:
            actions.note_sure(viewer())
        return see_other("members.second_steps")
    cookies.keep_outsider(outsider)
    return see_other("members.connect")


def _newcomer(outsider: Outsider) -> BaseResponse:
    if actions.is_address_taken(outsider):
        cookies.keep_outsider(outsider)
        say(_("There is an account with your address here already. Sign in to it, then connect the two."))
        return see_other("members.sign_in")
    actions.may_join(outsider)
    cookies.keep_outsider(outsider)
    return see_other("members.join_from_provider")


def _at_the_door(refusal: Refusal) -> BaseResponse:
    if viewer() is not None:
        raise refusal
    form = SignInForm(formdata=None)
    form.form_errors.append(refusal.message)
    return sign_in_page(form, status=refusal.status)


def _provider() -> Provider:
    found = provider.find()
    if found is None:
        raise NotFound()
    return found


def _way_back() -> str:
    return f"{current_app.config['BASE_URL']}{url_for('members.from_provider')}"
