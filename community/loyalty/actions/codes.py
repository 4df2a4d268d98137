"""The codes of vouchers: added from a list, each once, and taken out again while nobody has them."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.loyalty import code_list
from community.loyalty.code_list import CodeList
from community.loyalty.models import Reward, VoucherCode
from community.loyalty.queries import codes as queries
from community.members.models import Member


def check_codes(reward: Reward, text: str) -> CodeList:
    """Which codes of a text are new to the reward, and what is wrong with the other lines."""
    listed = code_list.read(text, known=())
    known = queries.list_known_codes(reward, listed.codes)
    return code_list.read(text, known=known) if known else listed


def add_codes(by: Member, reward: Reward, *, codes: Sequence[str]) -> int:
    """Add codes, each one more in stock; says how many were new, also when others add them meanwhile."""
    with unit_of_work():
        reward = lock(Reward, reward.id)
        if reward.kind != "voucher":
            raise Conflict(_l("Only vouchers have codes."))
        if not codes:
            raise Invalid(_l("There is no new code in this list."), field="codes")
        rows = [{"reward_id": reward.id, "code": code} for code in codes]
        added = insert_new(VoucherCode, rows)
        reward.stock_left = (reward.stock_left or 0) + added
        record("reward.codes_added", subject=reward, actor=by, panel_id=reward.panel_id, count=added)
    return added


def take_code_out(by: Member, reward: Reward, *, code_id: int) -> None:
    """Take a code out that nobody was given."""
    with unit_of_work() as session:
        reward = lock(Reward, reward.id)
        code = queries.get_code(reward, code_id)
        if code.redemption_id is not None:
            raise Conflict(_l("A member has this code: it cannot be taken out."))
        session.delete(code)
        before, reward.stock_left = reward.stock_left, (reward.stock_left or 0) - 1
        changed = {"stock_left": [before, reward.stock_left]}
        record("reward.changed", subject=reward, actor=by, panel_id=reward.panel_id, changed=changed)
