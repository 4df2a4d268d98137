"""After the first step of signing in: the second one, passkeys, and where to from there."""

from flask import Response, current_app, jsonify
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import Conflict, Refusal, TooMany
from community.infra.forms import Form, answer
from community.infra.web import back_to, public, say, see_other, viewer
from community.members import actions, passkeys, provider, queries
from community.members import sign_in as cookies
from community.members.forms import PasskeyForm, SecondStepForm, SignInForm
from community.members.models import Member
from community.members.views import blueprint


def let_in(
    member: Member, *, leads_to: str | None, is_remembered: bool = False, came_by: str = "password"
) -> BaseResponse:
    """Give the browser its session, or ask for the second step first if the action has left it out."""
    if not member.session_token:
        step = actions.first_step(member, came_by=came_by, is_remembered=is_remembered)
        cookies.keep_first_step(step, leads_to=leads_to)
        return see_other("members.second_step")
    outsider = cookies.outsider()
    cookies.enter(member, is_remembered=is_remembered)
    if outsider is not None and came_by != "provider":
        # They came from the provider, and have shown by another way that the account is theirs.
        cookies.keep_outsider(outsider)
        return see_other("members.connect")
    if _is_asked_for_second_step(member, came_by=came_by):
        return see_other("members.second_steps", next=web.safe_path(leads_to))
    return back_to(leads_to, "home.index")


def sign_in_page(form: Form, *, status: int | None = None) -> Response:
    """The page on which one signs in, with all the ways that there are."""
    return web.page(
        "members/sign_in.html",
        status=status or form.status,
        form=form,
        has_passkeys=passkeys.are_possible(),
        provider=provider.name() if provider.find() is not None else "",
        outsider=cookies.outsider(),
    )


@blueprint.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def second_step() -> BaseResponse:
    """The second step, by the app or a recovery code; passkeys answer by their own form."""
    found = cookies.first_step()
    member = actions.find_half_way(found[0]) if found is not None else None
    if found is None or member is None:
        return _from_the_beginning()
    step, leads_to = found
    form = SecondStepForm()
    if form.was_sent():
        try:
            member = actions.finish_with_code(step, code=form.code.data, **cookies.browser())
        except (TooMany, Conflict):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return let_in(member, leads_to=leads_to, is_remembered=step.is_remembered, came_by=step.came_by)
    return _second_step_page(form, member)


@blueprint.get("/sign-in/passkey")
@public
@limits.by_member(limits.SEARCH, methods=("GET",))
def passkey_request() -> Response:
    """What the browser asks a device to sign: any passkey of this site, or one of whoever is half in."""
    found = cookies.first_step()
    member = actions.find_half_way(found[0]) if found is not None else None
    challenge = passkeys.new_challenge()
    cookies.keep_challenge(challenge)
    known = queries.list_passkeys(member.id) if member is not None else []
    response = jsonify(passkeys.options_to_use(known, challenge=challenge))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/sign-in/passkey")
@public
def use_passkey() -> BaseResponse:
    """Sign in by a passkey: instead of the password, or as the second step after it."""
    found, form = cookies.first_step(), PasskeyForm()
    challenge, _handle = cookies.take_challenge()
    step, leads_to = found if found is not None else (None, web.safe_path(web.argument("next")))
    if form.was_sent():
        try:
            if step is None:
                member = actions.sign_in_with_passkey(
                    answer=form.credential.data, challenge=challenge, **cookies.browser()
                )
                return let_in(member, leads_to=leads_to, came_by="passkey")
            member = actions.finish_with_passkey(
                step, answer=form.credential.data, challenge=challenge, **cookies.browser()
            )
            return let_in(member, leads_to=leads_to, is_remembered=step.is_remembered, came_by=step.came_by)
        except (TooMany, Conflict):
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    if step is None:
        page = SignInForm(formdata=None)
        page.form_errors.extend(form.form_errors)
        return sign_in_page(page, status=422)
    half_way = actions.find_half_way(step)
    if half_way is None:
        return _from_the_beginning()
    page = SecondStepForm(formdata=None)
    page.form_errors.extend(form.form_errors)
    return _second_step_page(page, half_way)


def _second_step_page(form: Form, member: Member) -> Response:
    return answer(
        "members/second_step.html",
        form,
        has_app=queries.has_app(member.id),
        has_passkeys=passkeys.are_possible() and bool(queries.list_passkeys(member.id)),
    )


def _from_the_beginning() -> BaseResponse:
    cookies.forget_between()
    if viewer() is None:
        say(_("Please sign in from the beginning."))
    return see_other("members.sign_in")


def _is_asked_for_second_step(member: Member, *, came_by: str) -> bool:
    if current_app.config["STAFF_SECOND_FACTOR"] != "required" or not member.roles:
        return False
    if came_by == "provider" and current_app.config["OIDC_SECOND_STEP"] == "there":
        return False
    return member.second_step_since is None
