"""Addresses of members' pictures; they change with the picture, so that browsers may keep it."""


def path_of(member_id: int, key: str | None) -> str | None:
    """The path of a member's picture, or None if there is none."""
    return f"/members/{member_id}/picture?key={key}" if key else None
