"""Aliases, for panels that show no names."""

import pytest

from community.infra.db import db
from community.infra.errors import Invalid
from community.members import actions, aliases
from community.members.models import Member
from tests.factories.members import make_member


class TestMakeAlias:
    def test_it_goes_on_until_one_is_free(self):
        refused = []

        def is_taken(alias):
            refused.append(alias)
            return len(refused) < 9

        assert aliases.make_alias(is_taken) == refused[-1]
        assert refused[-1][-1].isdigit()

    def test_many_at_once_differ_and_are_free(self):
        drawn = aliases.make_aliases(300, find_taken=lambda drawn: [one for one in drawn if "Opal" in one])
        assert len(set(drawn)) == 300
        assert not any("Opal" in one for one in drawn)


class TestGiving:
    def test_whoever_joins_has_one(self, app):
        joined = actions.join(display_name="Ana", email="a@example.org", password="a long enough one")
        assert joined.alias
        assert "Ana" not in joined.alias

    def test_those_of_before_get_one_each_and_keep_it(self, app, ana, ben):
        ana.alias = "Opal Vega"
        db.session.commit()
        actions.give_aliases()
        given = dict(db.session.execute(db.select(Member.id, Member.alias)).all())
        assert given[ana.id] == "Opal Vega"
        assert given[ben.id]
        assert actions.give_aliases() == 0


class TestChoosing:
    def _save(self, member, alias):
        actions.update_profile(
            member, display_name="Ana", locale="en", time_zone="UTC", answers={}, alias=alias
        )

    def test_a_free_one_is_taken(self, ana):
        self._save(ana, "Quiet  Harbour")
        assert ana.alias == "Quiet Harbour"

    def test_one_of_somebody_else_is_refused_in_large_letters_too(self, ana):
        make_member(alias="Opal Vega")
        with pytest.raises(Invalid) as refusal:
            self._save(ana, "OPAL Vega")
        assert refusal.value.field == "alias"

    def test_for_an_empty_one_there_is_a_new_one(self, ana):
        self._save(ana, "Quiet Harbour")
        self._save(ana, "")
        assert ana.alias not in ("", "Quiet Harbour", None)

    def test_it_can_be_changed_on_the_page(self, ana, browser_of):
        fields = {"display_name": "Ana", "alias": "Quiet Harbour", "locale": "en", "time_zone": "UTC"}
        assert browser_of(ana).post("/me/profile", data=fields).status_code == 303
        assert "Quiet Harbour" in browser_of(ana).get("/me/profile").text

    @pytest.mark.parametrize("name", ["A former member", "a FORMER member", "已注销的成员", "版主"])
    def test_nobody_is_called_like_the_company_or_somebody_who_left(self, ana, name):
        with pytest.raises(Invalid) as refusal:
            self._save(ana, name)
        assert refusal.value.field == "alias"
