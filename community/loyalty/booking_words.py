"""What staff read in the books: words for accounts, for what moved points, and for what was found wrong."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

ACCOUNTS: Mapping[str, Any] = {
    "member_pending": _l("waiting"),
    "member_available": _l("free to spend"),
    "member_held": _l("set aside"),
    "program_issued": _l("given out"),
    "program_redeemed": _l("redeemed"),
    "program_expired": _l("expired"),
    "program_forfeited": _l("denied or taken back"),
    "program_adjust": _l("by hand"),
}
KINDS: Mapping[str, Any] = {
    "earn": _l("Earned, waits"),
    "mature": _l("Accepted"),
    "deny": _l("Denied"),
    "hold": _l("Set aside for a reward"),
    "capture": _l("Reward handed over"),
    "release": _l("Given back"),
    "expire": _l("Expired"),
    "claw_back": _l("Taken back"),
    "adjust": _l("By hand"),
}
LOTS: Mapping[str, Any] = {"pending": _l("waits"), "open": _l("in use"), "closed": _l("used up")}
STEPS: Mapping[str, Any] = {
    "reached": _l("reached"),
    "period_ended": _l("not kept when its time was over"),
    "edited": _l("the tiers were changed"),
}
# What a look through the books can find (queries/checking.py).
MISMATCHES: Mapping[str, Any] = {
    "pending": _l("Waiting points are not those of the lots that wait."),
    "available": _l("Free points are not those of the open lots, less what is owed."),
    "held": _l("Points set aside are not those that lots have set aside."),
    "balance": _l("A balance is not the sum of its entries."),
    "entries": _l("A transaction does not have its two entries."),
    "chain": _l("A balance written beside an entry does not follow from the one before."),
    "lot": _l("What is gone from a lot is not what was taken from it."),
    "hold": _l("What a hold took from lots is not what it holds."),
    "programme": _l("All accounts together do not come to nothing."),
}
