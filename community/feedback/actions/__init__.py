"""What can be done with feedback: take it in, read it, correct what was read, and learn from that."""

from community.feedback.actions.corrections import correct, undo_correction
from community.feedback.actions.imports import (
    check_columns,
    first_rows,
    forget_import,
    forget_left_behind,
    go_on_with_import,
    import_owed,
    start_import,
    upload_import,
)
from community.feedback.actions.intake import (
    Taken,
    Words,
    advance,
    advance_thread,
    move_to_panel,
    move_to_thread,
    take_in,
    take_in_all,
    withdraw,
)
from community.feedback.actions.labelling import ask_more, skip
from community.feedback.actions.learning import learn
from community.feedback.actions.listening import read_again, set_bars, try_failed_again
from community.feedback.actions.reading import read_waiting
from community.feedback.actions.topics import (
    add_example,
    add_topic,
    archive_topic,
    bring_back_topic,
    change_topic,
    move_topic,
    remove_example,
)
from community.feedback.actions.versions import let_site_decide, switch_off, take_live
from community.feedback.actions.words import remove_word, set_word

__all__ = [
    "Taken", "Words", "add_example", "add_topic", "advance", "advance_thread", "archive_topic",
    "ask_more", "bring_back_topic", "change_topic", "check_columns", "correct", "first_rows",
    "forget_import", "forget_left_behind", "go_on_with_import", "import_owed", "learn",
    "let_site_decide", "move_to_panel", "move_to_thread", "move_topic", "read_again", "read_waiting",
    "remove_example", "remove_word", "set_bars", "set_word", "skip", "start_import", "switch_off", "take_in",
    "take_in_all", "take_live", "try_failed_again", "undo_correction", "upload_import", "withdraw",
]  # fmt: skip
