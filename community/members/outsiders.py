"""People whom an OpenID Connect provider vouches for: what its claims say of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

SUBJECT_MOST = 255


class Outsider(NamedTuple):
    """Somebody whom the provider vouches for; `roles` are theirs here, each with a panel's slug or ""."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    name: str
    roles: tuple[tuple[str, str], ...]


def read_outsider(
    claims: Mapping[str, Any], *, issuer: str, roles_claim: str, mapping: Sequence[tuple[str, str, str]]
) -> Outsider:
    """Who it is, and which roles follow from what the provider says they are."""
    said = set(_values(claims, roles_claim))
    return Outsider(
        issuer=issuer,
        subject=str(claims["sub"]),
        email=_text(claims.get("email")),
        # Some write the truth in quotation marks.
        is_email_verified=claims.get("email_verified") in (True, "true"),
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")),
        roles=tuple(sorted({(role, panel) for value, role, panel in mapping if value in said})),
    )


def _values(claims: Mapping[str, Any], path: str) -> Iterable[str]:
    # Addresses are names of claims too, so the whole is looked for before its parts.
    found = claims.get(path, _inside(claims, path.split(".")))
    if isinstance(found, str):
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _inside(claims: Any, path: Sequence[str]) -> Any:
    for part in path:
        claims = claims.get(part) if isinstance(claims, Mapping) else None
    return claims


def _text(value: Any) -> str:
    return value.strip()[:300] if isinstance(value, str) else ""
