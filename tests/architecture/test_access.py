"""Who may open which address stands on the blueprint or the view; an address that says nothing fails here."""

from flask import Flask

from community.infra.web import MemberBlueprint, PublicBlueprint, StaffBlueprint
from community.routes import ROUTES


def access_of(app: Flask, endpoint: str) -> str:
    blueprints = {blueprint.name: blueprint for blueprint, _prefix in ROUTES}
    blueprint = blueprints.get(endpoint.partition(".")[0])
    if isinstance(blueprint, MemberBlueprint):
        return getattr(app.view_functions[endpoint], "access", "member")
    if isinstance(blueprint, PublicBlueprint | StaffBlueprint):
        return blueprint.access
    return "undeclared"


class TestAccess:
    def test_every_address_says_whom_it_is_for(self, shared_app: Flask) -> None:
        rules = [rule for rule in shared_app.url_map.iter_rules() if rule.endpoint != "static"]
        undeclared = [rule.endpoint for rule in rules if access_of(shared_app, rule.endpoint) == "undeclared"]
        assert undeclared == []

    def test_all_under_staff_is_for_staff_and_nothing_else_is(self, shared_app: Flask) -> None:
        for rule in shared_app.url_map.iter_rules():
            is_staff = access_of(shared_app, rule.endpoint) == "staff"
            assert is_staff == (rule.rule == "/staff" or rule.rule.startswith("/staff/")), rule.rule

    def test_a_visitor_is_sent_to_sign_in_from_every_closed_page(self, shared_app: Flask) -> None:
        for rule in shared_app.url_map.iter_rules():
            if access_of(shared_app, rule.endpoint) == "public" or rule.endpoint == "static":
                continue
            path = rule.rule.replace("<int:", "<").split("<")[0]
            if path != rule.rule or "GET" not in (rule.methods or ()):
                continue
            response = shared_app.test_client().get(path)
            assert (response.status_code, response.headers["Location"][:8]) == (303, "/sign-in"), path
