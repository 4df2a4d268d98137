"""A site in which everything is used and something waits everywhere: each form stands on some page."""

import itertools
import re
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from community.insights.models import KINDS
from community.members import passwords
from community.members.models import Member
from community.panels.actions import invite, join_panel
from community.panels.actions.invitations import Guest
from community.panels.models import Membership
from community.surveys.models import Survey
from tests.access.house import House, furnish
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.loyalty import give_points, make_award, make_reward
from tests.factories.members import make_member
from tests.factories.panels import make_panel

# So many of the values of an address are tried until one is found.
TRIES = 8
PASSWORD = "kiesel-unter-dem-ahorn"
# To whom all of it is open; who has written, answered and earned; and who has not been asked anything yet.
EVERYWHERE, INSIDER, NEWCOMER = "everywhere@example.org", "insider@example.org", "newcomer@example.org"


def furnish_for_attacks() -> House:
    """The house of the canaries, with what waits for a word from somebody."""
    house = furnish()
    someone = make_member("Everywhere", roles=("admin", "owner", "moderator", "analyst"), email=EVERYWHERE)
    newcomer = make_member("Newcomer", email=NEWCOMER)
    with unit_of_work() as session:
        insider = session.get(Member, house.insider.id)
        assert insider is not None
        insider.email = insider.email_folded = INSIDER
        for member in (insider, someone, newcomer):
            member.password_hash = passwords.encode(PASSWORD)
        session.add_all(Membership(panel_id=house.panel.id, member_id=who.id) for who in (someone, newcomer))
    make_award(insider, 7, panel_id=house.panel.id)
    give_points(newcomer, 500)
    voucher = make_reward("A coded one", kind="voucher", codes=("ONE", "TWO"))
    posted = make_reward("A thing", kind="physical", stock_left=5)
    topic = make_topic("Delivery", words=("parcel",))
    for number in range(3):
        make_read_item(f"The parcel came late for the {number}. time.", panel=house.panel, author=insider)
    asked = make_panel("Asked", slug="asked", admission="request")
    join_panel(make_member("Asks"), asked, note="May I?")
    invite(someone, house.panel, guests=[Guest("guest@example.org", "en")])
    with unit_of_work() as session:
        for survey in session.scalars(select(Survey)):
            survey.languages = ["en", "zh_Hans", "zh_Hant"]
    house.values["reward_id"] += [str(voucher.id), str(posted.id)]
    house.values["panel_id"] += [str(asked.id)]
    # The first one is appealed already.
    house.values["decision_id"].reverse()
    house.values["topic_id"] = [str(topic.id)]
    return house


def addresses(app: Flask, house: House) -> Iterator[str]:
    """Each address of the site with each of the values of what there is."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        all_values = itertools.product(*(house.values.get(name, ["1"]) for name in names))
        for filled in itertools.islice(all_values, TRIES):
            values = iter(filled)
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda _found, values=values: str(next(values)), rule.rule)
    yield from (f"/staff/cases/answer?case={number}" for number in house.values["case_id"])
    yield from (f"/staff/surveys/{number}/questions/new?kind=single" for number in house.values["survey_id"])
    yield from (f"/staff/insights/new?kind={kind}" for kind in KINDS)
    yield "/flags?subject=comment:1"
    yield "/staff/moderation/on?subject=comment:1"
    # The ways into the site that only a mail shows.
    for body in db.session.scalars(select(OutgoingMail.body)):
        yield from re.findall(r"https?://[^/\s]+(/\S+)", body)
