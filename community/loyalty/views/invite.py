"""A member's own link for friends, and where it leads."""

from flask import Response, current_app
from werkzeug.wrappers import Response as BaseResponse

from community.infra.errors import NotFound
from community.infra.web import page, public, see_other, viewer
from community.loyalty.actions import referring
from community.loyalty.queries import referrals, rules
from community.loyalty.queries.programme import is_open
from community.loyalty.views import blueprint
from community.members import sign_in as cookies

# Longer than any code ever was.
CODE_MOST = 24


@blueprint.get("/me/invite")
def invite() -> Response:
    """My link, how many came by it, and what it gives."""
    if not is_open():
        raise NotFound()
    member = viewer()
    code = referring.code_of(member)
    rule = rules.standing("referral_active")
    return page(
        "loyalty/invite.html",
        link=f"{current_app.config['BASE_URL']}/i/{code}",
        friends=referrals.count_friends(member.id),
        points=rule.points if rule.gives_to(member) else 0,
    )


@blueprint.get("/i/<code>")
@public
def arrive(code: str) -> BaseResponse:
    """A friend's link: on to joining; one that leads to nobody (any more) goes there too and says nothing."""
    if viewer() is not None:
        return see_other("home.index")
    if len(code) <= CODE_MOST and is_open() and referrals.find_inviter(code) is not None:
        cookies.note_way(code)
    answer = see_other("members.join")
    answer.headers["Cache-Control"] = "no-store"
    return answer
