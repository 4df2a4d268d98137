"""Members, their sessions and tokens, roles and profiles, and what opens accounts besides a password."""

from community.config import ROLES
from community.members.models.keys import Authenticator, OutsideIdentity, Passkey, RecoveryCode, UsedChallenge
from community.members.models.members import (
    ATTRIBUTE_KINDS,
    AUDIENCES,
    STATES,
    TOKEN_PURPOSES,
    Attempt,
    AttributeAnswer,
    Consent,
    DisplayName,
    Member,
    MemberSession,
    ProfileAttribute,
    RoleGrant,
    Token,
    VisitDay,
)
from community.members.models.unsent import UnsentText

__all__ = [
    "ATTRIBUTE_KINDS",
    "AUDIENCES",
    "ROLES",
    "STATES",
    "TOKEN_PURPOSES",
    "Attempt",
    "AttributeAnswer",
    "Authenticator",
    "Consent",
    "DisplayName",
    "Member",
    "MemberSession",
    "OutsideIdentity",
    "Passkey",
    "ProfileAttribute",
    "RecoveryCode",
    "RoleGrant",
    "Token",
    "UnsentText",
    "UsedChallenge",
    "VisitDay",
]
