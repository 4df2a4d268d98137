"""Every address of feedback, topics, listening and cases, tried by everybody who has no business there."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from community.cases.actions import promises, replies, themes
from community.cases.models import Case
from community.feedback.actions import correct, upload_import
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from community.panels.models import Membership, Panel
from tests.access import walking
from tests.access.walking import everything
from tests.conftest import Client
from tests.factories.cases import make_case, make_rule, make_team
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel

BLUEPRINTS = ("feedback_staff", "topics_staff", "listening_staff", "cases_staff", "cases")


@dataclass
class Desk:
    """A private panel with one of everything, and what any address or form could be filled in with."""

    panel: Panel
    author: Member
    case: Case
    ids: dict[str, list[int]]
    form: dict[str, Any]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A case of two authors with a reply, a note and a promise, a theme, a correction and an import."""
    author, other = make_member("Writes here"), make_member("Writes here too")
    panel = make_panel(
        "Closed", slug="closed", visibility="private", admission="invitation", members=(author, other)
    )
    owner = make_member("Answers here", roles=("owner", "moderator"), panel_id=panel.id)
    topic = make_topic("Parcels", words=("parcel",))
    item = make_read_item("The parcel came broken.", panel=panel, author=author, ask_reason="random")
    second = make_read_item("My parcel came broken too.", panel=panel, author=other)
    failed = make_read_item("Nobody can read this.", panel=panel, author=author, state="failed")
    correction = correct(item, owner, field="kind", value="praise")
    case = make_case(items=(item, second), owner=owner)
    message = replies.reply(case, owner, body="We send a new one.")
    note = replies.add_note(case, owner, body="An internal note.")
    promises.make_promise(case, owner, words="A new one", promised_on=clock.today() + timedelta(days=3))
    theme = themes.open_theme_case(panel, owner, title="Broken parcels", item_ids=[item.id, second.id])
    upload = upload_import(
        owner, panel, name="Shop", file_name="shop.csv", source=io.BytesIO(b"text\nA text from the shop\n")
    )
    rule, team = make_rule(owner=owner), make_team(owner)
    return Desk(
        panel,
        author,
        case,
        {
            "item_id": [item.id, second.id, failed.id],
            "case_id": [case.id, theme.id],
            "import_id": [upload.id],
            "correction_id": [correction.id],
            "example_id": [correction.id],
            "topic_id": [topic.id],
            "rule_id": [rule.id],
            "team_id": [team.id],
        },
        {
            "body": "Words that ought not to arrive.",
            "note": "Words that ought not to arrive.",
            "promise": "Words that ought not to arrive.",
            "reason": "Words that ought not to arrive.",
            "cause": "Words that ought not to arrive.",
            "fix": "Words that ought not to arrive.",
            "text": "text",
            "title": "A theme",
            "field": "sentiment",
            "value": "pos",
            "sentiment": "pos",
            "kind": "praise",
            "owner_id": str(owner.id),
            "member_id": str(owner.id),
            "outcome": "fixed",
            "rating": "5",
            "promised_on": (clock.today() + timedelta(days=5)).isoformat(),
            "item_id": str(item.id),
            "items": f"{item.id},{second.id}",
            "case": [str(case.id), str(theme.id)],
            "into": str(theme.id),
            "with_cases": "1",
            "panel": panel.slug,
            "panel_id": str(panel.id),
            "topic_id": str(topic.id),
            "seen": str(max(message.id, note.id) + 1000),
            "word": "parcel",
            "valence": "3",
            "days": "7",
            "person_below": "0.9",
            "topic_above": "0.9",
            "name": "Shop",
            "name_en": "A name",
            "body_en": "A body",
            "from_on": clock.today().isoformat(),
            "until_on": (clock.today() + timedelta(days=1)).isoformat(),
            "on": "1",
        },
    )


def addresses(app: Flask, ids: dict[str, list[int]], *, method: str) -> Iterator[tuple[str, str]]:
    """Each address of the new parts with the numbers of what there is, and the endpoint it leads to."""
    return walking.addresses(app, BLUEPRINTS, ids, method=method)


def is_of_the_panel(path: str) -> bool:
    """Whether an address names something of the panel, and is no setting of the whole site."""
    return bool(
        re.match(r"/staff/cases/\d+|/staff/feedback/(imports/)?\d+|/staff/listening/(items|labels)/\d+", path)
        or re.match(r"/me/said/", path)
    )


class TestAuthors:
    def test_of_one_case_see_nothing_of_each_other_and_nothing_that_the_team_says_among_itself(
        self, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(desk.author)
        mine, others = desk.ids["item_id"][:2]
        pages = [client.get(f"/me/said/{mine}").text, client.get("/me/said").text, client.get("/inbox").text]
        assert "We send a new one." in pages[0]
        for text in pages:
            for secret in (
                "My parcel came broken too",
                "Writes here too",
                "An internal note",
                "sentiment",
                "urgency",
            ):
                assert secret not in text
        before = everything()
        for verb in ("reply", "help", "reopen"):
            assert client.post(f"/me/said/{others}/{verb}", data=desk.form).status_code == 404
        assert client.get(f"/me/said/{others}").status_code == 404
        assert everything() == before


# Which database holds the rows does not matter to who may open a door.
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestDoors:
    def test_a_visitor_is_sent_to_sign_in(self, app: Flask, desk: Desk, client: Client) -> None:
        before = everything()
        for method in ("GET", "POST"):
            for path, _endpoint in addresses(app, desk.ids, method=method):
                answer = client.open(path, method=method, data=desk.form if method == "POST" else None)
                assert answer.status_code == 303, (method, path, answer.status_code)
                assert "/sign-in" in answer.headers["Location"], (method, path)
        assert everything() == before

    @pytest.mark.parametrize("is_inside", [False, True])
    def test_a_member_meets_no_staff_page_and_nothing_of_others(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client], is_inside: bool
    ) -> None:
        member = make_member("Curious")
        if is_inside:
            with unit_of_work() as session:
                session.add(Membership(panel_id=desk.panel.id, member_id=member.id))
        client, before = browser_of(member), everything()
        for method in ("GET", "POST"):
            for path, endpoint in addresses(app, desk.ids, method=method):
                answer = client.open(path, method=method, data=desk.form if method == "POST" else None)
                expected = 200 if endpoint == "cases.index" else 404 if endpoint.startswith("cases.") else 403
                assert answer.status_code == expected, (method, path, answer.status_code)
        assert everything() == before

    @pytest.mark.parametrize("role", ["owner", "moderator", "analyst", "admin"])
    def test_staff_of_another_panel_find_nothing_of_this_one(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client], role: str
    ) -> None:
        elsewhere = make_panel("Elsewhere", slug="elsewhere")
        client = browser_of(make_member("Staff", roles=(role,), panel_id=elsewhere.id))
        before = everything()
        for path, _endpoint in addresses(app, desk.ids, method="GET"):
            answer = client.get(path)
            expected = (404, 403) if is_of_the_panel(path) else (200, 403, 303)
            assert answer.status_code in expected, (path, answer.status_code)
            assert "parcel came broken" not in answer.text, path
            assert "Broken parcels" not in answer.text, path
        assert everything() == before
        for path, endpoint in addresses(app, desk.ids, method="POST"):
            if endpoint in ("cases_staff.absences", "listening_staff.try_text"):
                # These are one's own.
                continue
            answer = client.post(path, data=desk.form)
            assert answer.status_code in (404, 403) or not is_of_the_panel(path), (path, answer.status_code)
            assert "parcel came broken" not in answer.text, path
        assert everything() == before

    def test_an_analyst_of_the_panel_reads_and_changes_nothing(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(make_member("Analyst", roles=("analyst",), panel_id=desk.panel.id))
        before = everything()
        for path, endpoint in addresses(app, desk.ids, method="GET"):
            if endpoint.startswith(("cases_staff", "topics_staff")):
                assert client.get(path).status_code == 403, path
        for path, endpoint in addresses(app, desk.ids, method="POST"):
            # Imports are what an analyst may bring in.
            if "import" in endpoint or "columns" in endpoint or endpoint == "listening_staff.try_text":
                continue
            expected = 404 if endpoint.startswith("cases.") else 403
            assert client.post(path, data=desk.form).status_code == expected, path
        assert everything() == before

    def test_somebody_of_another_panel_who_answers_for_the_process_tells_the_authors_nothing(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        elsewhere = make_panel("Elsewhere", slug="elsewhere")
        member = make_member("Process", roles=("owner",), panel_id=elsewhere.id)
        with unit_of_work():
            lock(Case, desk.case.id).process_owner_id = member.id
        client, before = browser_of(member), everything()
        assert client.get(f"/staff/cases/{desk.case.id}").status_code == 200
        allowed = ("note", "cause", "fix")
        for path, endpoint in addresses(app, desk.ids, method="POST"):
            mine = path.startswith(f"/staff/cases/{desk.case.id}/") and path.endswith(allowed)
            if mine or endpoint in ("cases_staff.absences", "listening_staff.try_text"):
                continue
            client.post(path, data=desk.form)
        assert everything() == before
