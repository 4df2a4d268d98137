"""The codes of a voucher: brought in as lines or a file, given out one by one."""

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.infra.errors import Invalid, NotFound, Refusal
from community.infra.forms import answer
from community.infra.spreadsheet import csv_lines
from community.infra.text import clean_block
from community.infra.web import viewer
from community.loyalty.actions import codes as actions
from community.loyalty.code_list import CodeList
from community.loyalty.forms.rewards import CODE_FILE_CAP, CodesForm
from community.loyalty.models import Reward
from community.loyalty.queries import codes as queries
from community.loyalty.queries.rewards import get_reward
from community.loyalty.staff.access import blueprint, only_who_run_it
from community.panels import address_list


@blueprint.route("/catalogue/<int:reward_id>/codes", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def codes(reward_id: int) -> BaseResponse:
    """The codes of a voucher, and a form for more."""
    reward, form = _voucher(reward_id), CodesForm()
    listed: CodeList | None = None
    if form.was_sent():
        try:
            _read_file(form)
            listed = actions.check_codes(reward, form.codes.data)
            # Lines that give no code come back to be put right, with all others, unless they are left out.
            if not listed.refused or form.leaves_out.data:
                count = actions.add_codes(viewer(), reward, codes=listed.codes)
                web.say(ngettext("%(num)d code is added.", "%(num)d codes are added.", count))
                return web.see_other("loyalty_staff.codes", reward_id=reward_id)
            form.refuse(
                Invalid(
                    ngettext(
                        "%(num)d line gives no new code. Nothing is added yet.",
                        "%(num)d lines give no new code. Nothing is added yet.",
                        len(listed.refused),
                    ),
                    field="codes",
                )
            )
        except Refusal as refusal:
            form.refuse(refusal)
    reward = _voucher(reward_id)
    return answer(
        "loyalty/staff/codes.html",
        form,
        reward=reward,
        listed=listed,
        total=queries.count_codes(reward),
        stretch=queries.list_codes(reward, after=paging.after_id(web.argument("after"))),
        after=paging.after_id(web.argument("after")),
    )


@blueprint.post("/catalogue/<int:reward_id>/codes/<int:code_id>/removal")
@limits.by_member(limits.WRITE)
def take_code_out(reward_id: int, code_id: int) -> BaseResponse:
    """Take a code out that nobody was given."""
    actions.take_code_out(viewer(), _voucher(reward_id), code_id=code_id)
    web.say(_("The code is taken out."))
    return web.see_other("loyalty_staff.codes", reward_id=reward_id)


@blueprint.get("/catalogue/<int:reward_id>/codes.csv")
def codes_file(reward_id: int) -> Response:
    """All codes and whom they went to, for a spreadsheet program."""
    reward = _voucher(reward_id)
    header = ("code", "redemption", "member", "given_at")
    rows = (
        (row.code, row.redemption_id, row.member_name, row.given_at.isoformat() if row.given_at else None)
        for row in queries.list_all_codes(reward)
    )
    response = Response("".join(csv_lines([header, *rows])), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"codes-{reward_id}.csv")
    return response


def _voucher(reward_id: int) -> Reward:
    only_who_run_it()
    reward = get_reward(reward_id)
    if reward.kind != "voucher":
        raise NotFound()
    return reward


def _read_file(form: CodesForm) -> None:
    """Put the lines of a file, which may have a heading, before those that were pasted, into one box."""
    file = form.file.data
    if not file or not getattr(file, "filename", ""):
        return
    text = clean_block(address_list.decode(file.read(CODE_FILE_CAP + 1)))
    form.codes.data = "\n".join(part for part in (text, form.codes.data) if part)
