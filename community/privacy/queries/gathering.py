"""Bringing together what all domains hold about one member."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app

from community.infra.own_data import OwnFile, Part, PersonalData
from community.members.models import Member
from community.privacy import naming


def use_personal(app: Flask, personal: Mapping[str, PersonalData]) -> None:
    """Give the app its table: domain → what it holds about members, in the order of forgetting."""
    app.extensions["personal"] = personal


def personal() -> Mapping[str, PersonalData]:
    """The table of the app."""
    table: Mapping[str, PersonalData] = current_app.extensions["personal"]
    return table


def gather(member: Member) -> dict[str, Mapping[str, Part]]:
    """All that is held about the member, by domain, in the order in which people read it."""
    found = {domain: personal()[domain].export(member) for domain in naming.in_order(personal())}
    return {domain: parts for domain, parts in found.items() if parts}


def as_json(gathered: Mapping[str, Mapping[str, Part]]) -> dict[str, Any]:
    """The facts of what was gathered: domain → part → rows."""
    return {
        domain: {name: [line.facts for line in part.lines if line.facts] for name, part in parts.items()}
        for domain, parts in gathered.items()
    }


def list_files(member: Member) -> list[OwnFile]:
    """The stored files that are the member's."""
    return [file for domain in personal().values() for file in domain.files(member)]
