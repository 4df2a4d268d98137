"""What can be done with accounts: one verb, one transaction."""

from community.members.actions.accounts import (
    change_email,
    confirm_email,
    create_member,
    join,
    send_confirmation,
    sign_in,
)
from community.members.actions.aliases import give_aliases, new_alias
from community.members.actions.asking import ask_staff
from community.members.actions.consents import give_consent, withdraw_consent
from community.members.actions.credentials import change_password, request_new_password, reset_password
from community.members.actions.entering import (
    FirstStep,
    find_half_way,
    finish_with_code,
    finish_with_passkey,
    first_step,
    sign_in_with_passkey,
)
from community.members.actions.outside import (
    connect,
    disconnect,
    is_address_taken,
    join_from_outside,
    may_join,
    sign_in_from_outside,
    take_left_roles,
)
from community.members.actions.profile import (
    choose_locale,
    pictures,
    remove_picture,
    rename,
    set_picture,
    update_profile,
)
from community.members.actions.questions import create_attribute, delete_attribute, update_attribute
from community.members.actions.reachable import start_mail, stop_mail_to, try_address
from community.members.actions.roles import (
    end_role,
    grant_role,
    let_back_in,
    reinstate_member,
    shut_out,
    suspend_member,
)
from community.members.actions.second_steps import (
    add_passkey,
    begin_app,
    confirm_app,
    remove_app,
    remove_passkey,
    rename_passkey,
    renew_codes,
    reset_from_outside,
    reset_second_step,
    secret_of,
)
from community.members.actions.sessions import (
    begin_session,
    begin_unless_second_step,
    end_session,
    end_session_of,
    end_sessions,
    note_seen,
)
from community.members.actions.sureness import Unsure, confirm_self, must_be_sure, note_sure
from community.members.actions.tidying import tidy
from community.members.actions.unsent import forget_unsent, keep_unsent

__all__ = [
    "FirstStep",
    "Unsure",
    "add_passkey",
    "ask_staff",
    "begin_app",
    "begin_session",
    "begin_unless_second_step",
    "change_email",
    "change_password",
    "choose_locale",
    "confirm_app",
    "confirm_email",
    "confirm_self",
    "connect",
    "create_attribute",
    "create_member",
    "delete_attribute",
    "disconnect",
    "end_role",
    "end_session",
    "end_session_of",
    "end_sessions",
    "find_half_way",
    "finish_with_code",
    "finish_with_passkey",
    "first_step",
    "forget_unsent",
    "give_aliases",
    "give_consent",
    "grant_role",
    "is_address_taken",
    "join",
    "join_from_outside",
    "keep_unsent",
    "let_back_in",
    "may_join",
    "must_be_sure",
    "new_alias",
    "note_seen",
    "note_sure",
    "pictures",
    "reinstate_member",
    "remove_app",
    "remove_passkey",
    "remove_picture",
    "rename",
    "rename_passkey",
    "renew_codes",
    "request_new_password",
    "reset_from_outside",
    "reset_password",
    "reset_second_step",
    "secret_of",
    "send_confirmation",
    "set_picture",
    "shut_out",
    "sign_in",
    "sign_in_from_outside",
    "sign_in_with_passkey",
    "start_mail",
    "stop_mail_to",
    "suspend_member",
    "take_left_roles",
    "tidy",
    "try_address",
    "update_attribute",
    "update_profile",
    "withdraw_consent",
]
