"""What can be done about one's own data, and about how long things are kept."""

from community.privacy.actions.copies import ask_for_copy, forget_old_copies, make_waiting, path_of
from community.privacy.actions.erasing import CALLED_OFF_WITHIN, ask_to_erase, call_off, erase_due, replay
from community.privacy.actions.keeping import count_due, run_rules, set_rules

__all__ = [
    "CALLED_OFF_WITHIN",
    "ask_for_copy",
    "ask_to_erase",
    "call_off",
    "count_due",
    "erase_due",
    "forget_old_copies",
    "make_waiting",
    "path_of",
    "replay",
    "run_rules",
    "set_rules",
]
