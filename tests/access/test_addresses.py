"""No e-mail address of anybody else stands on any page, feed or file, whoever looks."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from community.members.models import Member
from tests.access.house import furnish
from tests.access.walking import addresses
from tests.conftest import Client
from tests.factories.members import make_member

ADDRESS = re.compile(r"[\w.+-]+@example\.org")
# Administrators invite by address and see mails and accounts; nobody else does.
STAFF = ("moderator", "owner", "analyst")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestAddresses:
    @pytest.mark.parametrize("who", ["insider", "staff"])
    def test_they_are_shown_to_nobody_else(
        self, app: Flask, browser_of: Callable[[Member], Client], who: str
    ) -> None:
        house = furnish()
        viewer = house.insider
        if who == "staff":
            viewer = make_member("Somebody of the staff", roles=STAFF)
        client, own, asked = browser_of(viewer), str(viewer.email), 0
        blueprints = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()} - {"static"}
        for path, _endpoint in addresses(app, blueprints, house.values, method="GET"):
            with client.get(path, buffered=True) as response:
                asked += 1
                if response.mimetype.startswith(("text/", "application/json", "application/atom")):
                    assert set(ADDRESS.findall(response.text)) <= {own}, path
        assert asked > 150
