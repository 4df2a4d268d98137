"""Yes and no to one purpose: kept with the words it was said to, and never changed."""

import pytest
from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.infra.errors import NotFound
from community.members import actions, consent, queries
from community.members.models import Consent


class TestConsent:
    def test_silence_is_a_no(self, ana):
        assert not any(queries.has_consent(ana, purpose) for purpose in consent.PURPOSES)
        assert ana.id not in db.session.scalars(queries.consenting_ids("learning")).all()

    def test_a_yes_holds_until_it_is_withdrawn_and_all_of_it_is_kept(self, ana, ben):
        actions.give_consent(ana, "learning")
        actions.give_consent(ana, "learning")
        assert queries.has_consent(ana, "learning")
        assert not queries.has_consent(ana, "quotes")
        assert db.session.scalars(queries.consenting_ids("learning")).all() == [ana.id]
        actions.withdraw_consent(ana, "learning")
        assert not queries.has_consent(ana, "learning")
        assert db.session.scalars(queries.consenting_ids("learning")).all() == []
        said = [(row.purpose, row.is_given) for row in queries.list_consents(ana)]
        assert said == [("learning", False), ("learning", True)]
        assert queries.list_consents(ben) == []

    def test_the_words_agreed_to_are_kept_with_it(self, ana):
        actions.give_consent(ana, "quotes")
        (row,) = queries.list_consents(ana)
        assert row.wording == str(consent.PURPOSES["quotes"].wording)
        assert row.locale == "en"

    def test_nobody_agrees_to_what_is_not_asked(self, ana):
        with pytest.raises(NotFound):
            actions.give_consent(ana, "selling")

    def test_the_database_changes_none(self, ana):
        actions.give_consent(ana, "quotes")
        with pytest.raises(Exception, match="append-only"), unit_of_work():
            db.session.scalars(select(Consent)).one().is_given = False
