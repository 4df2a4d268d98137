"""Two workers on one Monday morning."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from community.digests.actions.composing import send_due
from community.digests.models import Digest
from community.infra import clock
from community.infra.db import db
from community.infra.mail import OutgoingMail
from tests.factories.digests import MONDAY, make_reader
from tests.factories.ideas import make_idea
from tests.racing import at_once


class TestTwoWorkers:
    def test_each_member_gets_one_digest_and_one_mail(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with clock.stopped_at(MONDAY):
            with app.app_context():
                for _number in range(25):
                    make_reader()
                make_idea("Something to read")
            at_once(app, send_due, send_due)
            with app.app_context():
                # All but the author, who has just come.
                assert db.session.scalar(select(func.count(Digest.id))) == 25
                to = db.session.scalars(select(OutgoingMail.to_address)).all()
                assert len(to) == len(set(to)) == 25
                assert send_due() == 0
