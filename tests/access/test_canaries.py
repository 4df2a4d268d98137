"""A private panel full of words that exist nowhere else; whoever is not in it walks through every address."""

import io
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from community.activity.actions import follow_due
from community.cases.actions import promises, replies, themes
from community.feedback.actions import correct, upload_import
from community.ideas.actions import comments, merges, responses, statuses, votes
from community.infra import clock
from community.infra.db import db
from community.infra.mail import OutgoingMail
from community.members.models import Member
from community.notifications.models import Notice
from community.panels.models import Membership, Panel
from tests.access.asked import ask_everything
from tests.access.rewarded import reward_everything
from tests.conftest import Client
from tests.factories.cases import make_case
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

CANARY = "kanarienvogel"


@dataclass
class House:
    """The panel, somebody inside, and what any address could be filled in with."""

    panel: Panel
    insider: Member
    values: dict[str, list[str]]


@pytest.fixture
def house(app: Flask) -> House:
    """A private panel in which everything that can be said has been said."""
    insider = make_member(f"Insider {CANARY}")
    panel = make_panel(
        f"Panel {CANARY}", slug=f"panel-{CANARY}", description=CANARY, visibility="private",
        admission="invitation", members=(insider,),
        translations={"zh_Hans": {"name": CANARY, "description": CANARY}},
    )  # fmt: skip
    owner = make_member(f"Owner {CANARY}", roles=("owner", "moderator"), panel_id=panel.id)
    idea = make_idea(f"An idea about {CANARY}", panel=panel, author=insider, body=CANARY, tags=(CANARY,))
    other = make_idea(f"Another idea about {CANARY}", panel=panel, author=insider, body=f"More {CANARY}")
    comment = comments.add_comment(idea, insider, body=f"Comment {CANARY}")
    votes.support_idea(idea, insider)
    statuses.change_status(idea, owner, status="planned", message=f"Message {CANARY}")
    responses.give_response(idea, owner, body=f"Response {CANARY}")
    merges.merge_ideas(other, into=idea, moderator=owner)
    item = make_read_item(f"A complaint about {CANARY}", panel=panel, author=insider, ask_reason="random")
    make_read_item(f"Nobody can read about {CANARY}", panel=panel, author=insider, state="failed")
    correct(item, owner, field="kind", value="complaint")
    case = make_case(items=(item,), owner=owner)
    replies.reply(case, owner, body=f"Reply {CANARY}")
    replies.add_note(case, owner, body=f"Note {CANARY}")
    day = clock.today() + timedelta(days=3)
    promises.make_promise(case, owner, words=f"Promise {CANARY}", promised_on=day)
    theme = themes.open_theme_case(panel, owner, title=f"A theme about {CANARY}", item_ids=[item.id])
    begun = upload_import(
        owner, panel, name=CANARY, file_name=f"{CANARY}.csv", source=io.BytesIO(f"text\n{CANARY}\n".encode())
    )
    asked = ask_everything(panel, insider=insider, owner=owner, idea=idea, word=CANARY)
    rewarded = reward_everything(panel, insider=insider, word=CANARY)
    follow_due()
    rows = (idea, other, panel, comment, insider, owner, item, case, theme, begun)
    numbers = [str(number) for number in sorted({row.id for row in rows})]
    return House(
        panel,
        insider,
        {
            "slug": [panel.slug, "x"],
            "token": ["x" * 43],
            **dict.fromkeys(
                (
                    "idea_id",
                    "panel_id",
                    "comment_id",
                    "member_id",
                    "notice_id",
                    "item_id",
                    "case_id",
                    "import_id",
                ),
                numbers,
            ),
            **asked,
            **rewarded,
            "code": [*asked["code"], *rewarded["code"]],
            "key": [*asked["key"], *rewarded["key"]],
        },
    )


def addresses(app: Flask, values: dict[str, list[str]]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static" and not about_people(rule):
            names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
            for filled in itertools.product(*(values.get(name, ["1"]) for name in names)):
                path = rule.rule
                for value in filled:
                    path = re.sub(r"<(?:\w+:)?\w+>", value, path, count=1)
                yield path
    for query in (CANARY, "idea", "an"):
        yield f"/panels/open?q={query}"
        yield f"/panels/open/similar?title=An+idea+about+{query}"
    yield f"/roadmap?panel={values['slug'][0]}"
    yield f"/you-said?panel={values['slug'][0]}"
    yield f"/staff/feedback?q={CANARY}"
    yield f"/staff/feedback?state=failed&panel={values['slug'][0]}"
    for number in values["case_id"]:
        yield f"/staff/cases/answer?case={number}"
        yield f"/staff/cases/1?like={number}"
    for tab in ("mine", "team", "triage", "promised", "resolved", "all"):
        yield f"/staff/cases?tab={tab}&panel={values['slug'][0]}"
        yield f"/staff/cases?tab={tab}&owner={values['member_id'][0]}"
    yield f"/staff/cases/themes?panel={values['slug'][0]}"


def about_people(rule: Rule) -> bool:
    # A member's own page shows their name to everybody who is signed in; that is no secret of the panel.
    return rule.endpoint in ("members.show", "members.picture")


class TestPrivatePanels:
    @pytest.mark.parametrize("who", ["visitor", "outsider", "staff_elsewhere"])
    def test_no_word_of_it_reaches_who_is_not_in_it(
        self, app: Flask, client: Client, house: House, browser_of: Callable[[Member], Client], who: str
    ) -> None:
        open_panel = make_panel("Open", slug="open")
        if who == "outsider":
            client = browser_of(make_member("Outsider"))
        if who == "staff_elsewhere":
            roles = ("moderator", "owner", "analyst", "admin")
            client = browser_of(make_member("Staff", roles=roles, panel_id=open_panel.id))
        asked = 0
        for path in addresses(app, house.values):
            response = client.get(path)
            asked += 1
            assert response.status_code < 500, path
            said = response.text.replace(path, "").replace(f"q={CANARY}", "")
            if "?" not in path:
                assert CANARY not in said.replace(f"panel-{CANARY}", ""), path
            assert f"about {CANARY}" not in said, path
            assert f"Insider {CANARY}" not in said, path
        assert asked > 80

    @pytest.mark.parametrize("who", ["visitor", "outsider", "staff_elsewhere"])
    def test_no_survey_of_it_takes_a_word_from_who_is_not_in_it(
        self, app: Flask, client: Client, house: House, browser_of: Callable[[Member], Client], who: str
    ) -> None:
        if who == "outsider":
            client = browser_of(make_member("Outsider"))
        if who == "staff_elsewhere":
            client = browser_of(make_member("Staff", roles=("owner", "analyst"), panel_id=make_panel().id))
        sent = 0
        for rule in app.url_map.iter_rules():
            if "survey_id" not in rule.arguments or "POST" not in (rule.methods or ()):
                continue
            values = {name: house.values.get(name, ["1"])[0] for name in rule.arguments}
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found, values=values: values[found[1]], rule.rule)
            response = client.post(path)
            sent += 1
            is_kept_out = who == "outsider" and path.startswith("/staff/")
            expected = 303 if who == "visitor" else 403 if is_kept_out else 404
            assert response.status_code == expected, path
            assert CANARY not in response.text
        assert sent > 25

    def test_mails_and_notices_about_it_go_to_those_inside_only(self, house: House) -> None:
        survey_id = int(house.values["survey_id"][0])
        asked = select(Notice.member_id).where(Notice.kind.in_(("surveys.invited", "surveys.reminded")))
        inside = select(Membership.member_id).where(Membership.panel_id == house.panel.id)
        assert set(db.session.scalars(asked)) == set(db.session.scalars(inside)) == {house.insider.id}
        notices = select(Notice.panel_id).where(Notice.kind.startswith("surveys."))
        assert set(db.session.scalars(notices)) == {house.panel.id}
        mails = select(OutgoingMail.to_address).where(OutgoingMail.body.contains(f"/surveys/{survey_id}"))
        assert set(db.session.scalars(mails)) == {house.insider.email}

    def test_whoever_is_in_it_reads_them_all(
        self, house: House, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(house.insider)
        assert f"An idea about {CANARY}" in client.get(f"/panels/{house.panel.slug}").text
        assert CANARY in client.get("/panels").text
        assert CANARY in client.get("/roadmap").text
        assert f"A complaint about {CANARY}" in client.get("/me/said").text
        assert f"A reward with {CANARY}" in client.get("/rewards").text
        assert f"An idea about {CANARY}" in client.get("/me/points").text
        assert f"We heard {CANARY}" in client.get("/surveys").text
        assert f"Asked about {CANARY}" in client.get("/surveys").text
        pages = [client.get(f"/ideas/{number}", follow_redirects=True) for number in house.values["idea_id"]]
        assert any("Asked about this idea" in page.text for page in pages)
        survey_id = house.values["survey_id"][0]
        assert f"Red {CANARY}" in client.get(f"/surveys/{survey_id}/results").text
        with client.get(f"/surveys/{survey_id}/pictures/{house.values['key'][1]}") as picture:
            assert picture.status_code == 200

    def test_its_address_answers_like_one_that_never_existed(self, client: Client, house: House) -> None:
        for path in ("/panels/{}", "/panels/{}/join", "/panels/{}/ideas/new", "/panels/{}/feed.atom"):
            there, nowhere = (
                client.get(path.format(slug)) for slug in (house.panel.slug, "never-there-at-all")
            )
            assert there.status_code == nowhere.status_code == 404
            assert blank(there.text, house.panel.slug) == blank(nowhere.text, "never-there-at-all")


def blank(text: str, slug: str) -> str:
    text = re.sub(r'nonce="[^"]*"', "", text)
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", text)
    return text.replace(slug, "")
