"""Tiers: what they are called, what they take and bring, and how they are counted."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.config import LOCALES
from community.infra import limits, web
from community.infra.errors import Refusal
from community.infra.forms import answer
from community.infra.web import viewer
from community.loyalty.actions import ladder
from community.loyalty.actions.programme import change_programme
from community.loyalty.forms.tiers import terms_form, tier_form
from community.loyalty.models import Tier
from community.loyalty.queries import tiers as queries
from community.loyalty.queries.programme import programme
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/tiers")
def tiers() -> Response:
    """All tiers, the lowest first, with who stands on them, and how they are counted."""
    only_who_run_it()
    return web.page("loyalty/staff/tiers.html", lines=queries.list_lines(), settings=programme())


@blueprint.route("/tiers/new", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def new_tier() -> BaseResponse:
    """Add a tier."""
    only_who_run_it()
    return _tier(None)


@blueprint.route("/tiers/<int:tier_id>", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def edit_tier(tier_id: int) -> BaseResponse:
    """Change a tier."""
    only_who_run_it()
    return _tier(queries.get_tier(tier_id))


@blueprint.post("/tiers/<int:tier_id>/removal")
@limits.by_member(limits.WRITE)
def remove_tier(tier_id: int) -> BaseResponse:
    """Take a tier away; those on it stand on the one below."""
    only_who_run_it()
    ladder.remove_tier(queries.get_tier(tier_id), by=viewer())
    web.say(_("The tier is gone. Whoever was on it is on the one below now, and is told."))
    return web.see_other("loyalty_staff.tiers")


@blueprint.route("/tiers/counting", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def tier_terms() -> BaseResponse:
    """How long points count for tiers, and when somebody goes down."""
    only_who_run_it()
    form = terms_form(programme())
    if form.was_sent():
        change_programme(form.values(), by=viewer())
        web.say(_("Saved. Everybody is counted anew within minutes."))
        return web.see_other("loyalty_staff.tiers")
    return answer("loyalty/staff/tier_terms.html", form)


def _tier(tier: Tier | None) -> BaseResponse:
    tier_id = tier.id if tier is not None else None
    form = tier_form(tier)
    if form.was_sent():
        try:
            ladder.save_tier(tier, by=viewer(), values=form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved. Whoever reaches a tier by this goes up within minutes."))
            return web.see_other("loyalty_staff.tiers")
    lines = queries.list_lines()
    place = next((place for place, line in enumerate(lines) if line.tier.id == tier_id), 0)
    return answer(
        "loyalty/staff/edit_tier.html",
        form,
        tier=lines[place].tier if tier_id is not None else None,
        member_count=lines[place].member_count,
        below=lines[place - 1].tier if tier_id is not None and place > 0 else None,
        is_asked_for=tier_id is not None and queries.is_asked_for(tier_id),
        locales=LOCALES,
    )
