"""What many say: themes of a period, one case for the cause, and everybody told when it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from community.activity.actions import follow_due
from community.cases.actions import promises, replies, resolving, themes
from community.cases.models import Case
from community.cases.queries import themes as queries
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.panels.models import Panel
from tests.cases.telling import steps_of, told
from tests.conftest import Client
from tests.factories.cases import make_case
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel

DIFFERENT = (
    "Glitter sticks to everything at home",
    "Could you print in larger letters?",
    "My grandmother loved her birthday card",
    "Opening hours on Sunday would help",
    "The checkout asked for my address twice",
    "More colours of ribbon, please",
    "A voice message inside would be fun",
    "Your shop in Leeds is always friendly",
    "Gift vouchers should last for years",
    "Stickers peel off in the cold",
)
BrowserOf = Callable[[Member], Client]

ENVELOPES = (
    "The envelopes tear in the post every time",
    "Torn envelopes again, the paper of the envelopes is thin",
    "My envelopes tear before they arrive",
    "Envelopes so thin that they tear",
)


@pytest.fixture(autouse=True)
def _look_anew(app: Flask) -> None:
    app.extensions.pop("themes", None)


def said(panel: Panel, *authors: Member, days_ago: float = 2) -> list[FeedbackItem]:
    then = clock.now() - timedelta(days=days_ago)
    return [
        make_read_item(words, panel=panel, author=author, said_at=then)
        for words, author in zip(ENVELOPES, authors or [make_member() for _ in ENVELOPES], strict=False)
    ]


class TestFindThemes:
    def test_what_several_say_is_found_with_its_words(self, app: Flask) -> None:
        panel = make_panel()
        items = said(panel)
        for words in DIFFERENT:
            make_read_item(words, panel=panel)
        found = queries.find_themes(panel.id, days=30).found
        assert {item.id for item in items} <= {item_id for each in found for item_id in each.theme.ids}
        assert any(word.startswith(("envelope", "tear")) for word in found[0].theme.words)

    def test_other_panels_and_what_was_taken_back_are_left_out(self, app: Flask) -> None:
        panel, other = make_panel(), make_panel()
        said(other)
        for item in said(panel):
            make_item(item.text, panel=panel, state="withdrawn")
        ids = {item_id for each in queries.find_themes(other.id, days=30).found for item_id in each.theme.ids}
        assert len(ids) <= 4
        assert queries.find_themes(panel.id, days=30).text_count == 4

    def test_what_one_person_says_again_and_again_is_no_theme(self, app: Flask, ana: Member) -> None:
        panel = make_panel()
        said(panel, *[ana] * len(ENVELOPES))
        for words in DIFFERENT:
            make_read_item(words, panel=panel)
        assert queries.find_themes(panel.id, days=30).found == ()

    def test_of_very_many_only_every_so_manieth_is_looked_at(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        panel = make_panel()
        said(panel)
        said(panel, days_ago=40)
        monkeypatch.setattr(queries, "MOST_TEXTS", 3)
        assert queries.find_themes(panel.id, days=30)[1:] == (8, 3)


class TestOpenThemeCase:
    def test_it_collects_the_words_and_leaves_them_in_their_own_cases(
        self, ana: Member, ben: Member, omar: Member, mia: Member
    ) -> None:
        panel, topic = make_panel(), make_topic("Paper", process_owner_id=mia.id)
        items = said(panel, ana, ben)
        own = make_case(items=(items[0],), owner=mia)
        case = themes.open_theme_case(
            panel, omar, title="Torn envelopes", item_ids=[item.id for item in items], topic_id=topic.id
        )
        assert (case.is_theme, case.item_count, case.owner_id, case.process_owner_id) == (
            True, 2, omar.id, mia.id,
        )  # fmt: skip
        assert (own.item_count, own.owner_id) == (1, mia.id)
        assert [item.stage for item in items] == ["with_person", "with_person"]
        assert case.first_due_at > clock.now()

    def test_texts_of_other_panels_do_not_come_in(self, ana: Member, omar: Member) -> None:
        panel, other = make_panel(), make_panel()
        foreign = [item.id for item in said(other, ana)]
        with pytest.raises(Conflict):
            themes.open_theme_case(panel, omar, title="Theirs", item_ids=foreign)
        with pytest.raises(Invalid):
            themes.open_theme_case(other, omar, title=" ", item_ids=foreign)

    def test_what_came_since_is_put_in_once(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel()
        first, second = said(panel, ana, ben)
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[first.id])
        assert themes.add_to_theme_case(case, omar, item_ids=[first.id, second.id]) == 1
        assert themes.add_to_theme_case(case, omar, item_ids=[first.id, second.id]) == 0
        assert case.item_count == 2


class TestOuterLoop:
    def test_when_the_cause_is_ended_all_who_said_it_are_told_once(
        self, ana: Member, ben: Member, lin: Member, omar: Member, mia: Member
    ) -> None:
        panel = make_panel()
        items = said(panel, ana, ben, lin)
        own = make_case(items=(items[0],), owner=mia)
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[item.id for item in items])
        themes.name_cause(case, mia, cause="The mill changed the paper in May.")
        themes.plan_fix(case, mia, fix="Back to 120 g from October.")
        resolving.resolve(case, omar, outcome="delivered", body="They are thicker now.", with_cases=True)
        follow_due()
        for author in (ana, ben, lin):
            assert told(author) == ["cases.resolved"]
        assert {item.stage for item in items} == {"delivered"}
        assert (own.state, own.outcome) == ("resolved", "delivered")
        assert steps_of(case)[-4:] == ["cause_found", "fix_planned", "replied", "resolved"]

    def test_what_is_promised_to_all_is_delivered_to_none_yet(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        panel = make_panel()
        items = said(panel, ana)
        own = make_case(items=(items[0],), owner=mia)
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[items[0].id])
        resolving.resolve(
            case, omar, outcome="delivered", body="New paper is on its way.", with_cases=True,
            promised_on=clock.today() + timedelta(days=9),
        )  # fmt: skip
        assert (own.outcome, items[0].stage) == ("delivered", "decided")
        promises.keep_promise(case, omar)
        assert items[0].stage == "delivered"

    def test_their_own_cases_stay_open_unless_it_is_said(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        panel = make_panel()
        items = said(panel, ana)
        own = make_case(items=(items[0],), owner=mia)
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[items[0].id])
        resolving.resolve(case, omar, outcome="delivered", body="They are thicker now.")
        assert own.is_open

    @pytest.mark.parametrize("verb", [themes.name_cause, themes.plan_fix])
    def test_cause_and_fix_say_something(self, omar: Member, ana: Member, verb: Callable[..., Case]) -> None:
        panel = make_panel()
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[said(panel, ana)[0].id])
        field = "cause" if verb is themes.name_cause else "fix"
        with pytest.raises(Invalid):
            verb(case, omar, **{field: " "})


class TestPage:
    def test_a_case_is_opened_from_what_was_found(self, browser_of: BrowserOf, omar: Member) -> None:
        panel = make_panel()
        items = said(panel)
        browser = browser_of(omar)
        path = f"/staff/cases/themes?panel={panel.slug}&days=30"
        assert "Open a case for the cause" in browser.get(path).text
        data = {"title": "Torn envelopes", "items": ",".join(str(item.id) for item in items)}
        opened = browser.post(path, data=data)
        assert opened.status_code == 303
        page = browser.get(opened.headers["Location"]).text
        assert "all 4 authors of these texts, once it is resolved" in page
        page = browser.get(path).text
        assert "Torn envelopes" in page
        assert "4 of them are in a case already" in page
        assert "Open a case for the cause" not in page

    def test_it_opens_on_a_panel_that_has_themes(self, browser_of: BrowserOf, omar: Member) -> None:
        make_panel("Aardvarks")
        busy, telling = make_panel("Busy"), make_panel("Telling")
        for words in DIFFERENT:
            make_read_item(words, panel=busy)
        said(telling)
        page = browser_of(omar).get("/staff/cases/themes").text
        assert f'value="{telling.slug}" selected' in page
        assert "nvelopes" in page

    def test_without_any_theme_it_opens_on_the_busiest_panel(
        self, browser_of: BrowserOf, omar: Member
    ) -> None:
        make_panel("Aardvarks")
        quiet, busy = make_panel("Quiet"), make_panel("Busy")
        for panel in (quiet, busy, busy):
            make_read_item("One word", panel=panel)
        assert f'value="{busy.slug}" selected' in browser_of(omar).get("/staff/cases/themes").text

    def test_more_is_put_into_a_case_that_is_open(self, browser_of: BrowserOf, omar: Member) -> None:
        panel = make_panel()
        items = said(panel)
        case = themes.open_theme_case(panel, omar, title="Torn", item_ids=[items[0].id])
        browser, path = browser_of(omar), f"/staff/cases/themes?panel={panel.slug}"
        assert "Put the others into it" in browser.get(path).text
        data = {"title": "Torn", "into": case.id, "items": ",".join(str(item.id) for item in items)}
        assert browser.post(path, data=data).status_code == 303
        assert case.item_count == 4
        replies.reply(case, omar, body="We know.")
        resolving.resolve(case, omar, outcome="explained")
        assert browser.post(path, data=data).status_code == 422

    def test_a_case_needs_a_name(self, browser_of: BrowserOf, omar: Member) -> None:
        panel = make_panel()
        items = ",".join(str(item.id) for item in said(panel))
        path = f"/staff/cases/themes?panel={panel.slug}"
        for data in (
            {"title": "", "items": items},
            {"title": "Torn", "items": ""},
            {"title": "T", "items": "x"},
        ):
            assert browser_of(omar).post(path, data=data).status_code == 422

    def test_it_speaks_only_of_panels_one_answers_for(self, browser_of: BrowserOf) -> None:
        mine, other = make_panel("Mine"), make_panel("Other", visibility="private")
        said(other)
        browser = browser_of(make_member(roles=("owner",), panel_id=mine.id))
        page = browser.get(f"/staff/cases/themes?panel={other.slug}").text
        assert "nvelopes" not in page
        assert "Other" not in page
