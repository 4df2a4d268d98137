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
from community.members.actions.consents import give_consent, withdraw_consent
from community.members.actions.credentials import change_password, request_new_password, reset_password
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
from community.members.actions.sessions import (
    begin_session,
    end_session,
    end_session_of,
    end_sessions,
    note_seen,
)
from community.members.actions.tidying import tidy

__all__ = [
    "begin_session",
    "change_email",
    "change_password",
    "choose_locale",
    "confirm_email",
    "create_attribute",
    "create_member",
    "delete_attribute",
    "end_role",
    "end_session",
    "end_session_of",
    "end_sessions",
    "give_aliases",
    "give_consent",
    "grant_role",
    "join",
    "let_back_in",
    "new_alias",
    "note_seen",
    "pictures",
    "reinstate_member",
    "remove_picture",
    "rename",
    "request_new_password",
    "reset_password",
    "send_confirmation",
    "set_picture",
    "shut_out",
    "sign_in",
    "start_mail",
    "stop_mail_to",
    "suspend_member",
    "tidy",
    "try_address",
    "update_attribute",
    "update_profile",
    "withdraw_consent",
]
