"""What staff see first: what waits, and how much is told back; and the table of ideas."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from community.cases.queries.told_back import told_back_figures, told_back_of
from community.cases.told_back import measure
from community.ideas.actions.statuses import change_status
from community.infra import clock
from community.members.models import Member
from tests.conftest import Client
from tests.factories.cases import make_case
from tests.factories.feedback import make_item, make_topic
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_item as make_queue_item
from tests.factories.panels import make_panel
from tests.statements import statements

DAY = timedelta(days=1)
WAITS = re.compile(r'data-waits="([^"]+)">([^<]+)<')
SAID = datetime(2026, 3, 1, tzinfo=UTC)


class TestMeasure:
    def test_it_is_the_share_with_an_answer_and_the_middle_of_their_waits(self) -> None:
        told = measure([(SAID, SAID + DAY), (SAID, SAID + 3 * DAY), (SAID, SAID + 8 * DAY), (SAID, None)])
        assert (told.asked, told.told, told.rate, told.median_days) == (4, 3, 0.75, 3.0)

    def test_without_ideas_there_is_no_rate(self) -> None:
        assert measure([]).rate is None

    def test_without_answers_there_is_no_middle(self) -> None:
        assert (measure([(SAID, None)]).rate, measure([(SAID, None)]).half_within) == (0.0, None)


class TestToldBackOfPanel:
    def test_it_counts_what_we_have_had_for_a_week_to_ninety_days(self, ana: Member) -> None:
        panel, now = make_panel(), clock.now()
        for age in (1, 6, 8, 30, 89, 91):
            make_item(panel=panel, author=ana, received_at=now - age * DAY)
        make_item(panel=panel, author=ana, received_at=now - 20 * DAY, told_at=now - 16 * DAY)
        told = told_back_of(panel.id)
        assert (told.asked, told.told, told.half_within) == (4, 1, 4)

    def test_it_leaves_out_what_nobody_can_be_told_of(self, ana: Member) -> None:
        panel, then = make_panel(), clock.now() - 20 * DAY
        make_item(panel=panel, received_at=then)
        make_item(panel=panel, author=ana, received_at=then, state="withdrawn")
        assert told_back_of(panel.id).asked == 0

    def test_it_is_split_by_panel_owner_and_topic(self, ana: Member, omar: Member) -> None:
        panel, other, topic = make_panel(), make_panel(), make_topic("Delivery")
        then, now = clock.now() - 20 * DAY, clock.now()
        late = make_item(panel=panel, author=ana, received_at=then, topic_id=topic.id)
        make_case(items=(late,), owner=omar)
        make_item(panel=other, author=ana, received_at=then, told_at=then + 3 * DAY)
        make_item(panel=other, author=ana, received_at=then, told_at=now)
        figures = told_back_figures([panel.id, other.id])
        assert (figures.overall.asked, figures.overall.told) == (3, 2)
        assert (figures.by_panel[panel.id].rate, figures.by_panel[other.id].rate) == (0.0, 1.0)
        assert [(name, line.asked, line.told) for name, line in figures.by_owner] == [
            (None, 2, 2),
            ("Omar Haddad", 1, 0),
        ]
        assert {(topic_id, line.told) for topic_id, line in figures.by_topic} == {(None, 2), (topic.id, 0)}

    def test_two_owners_of_one_name_have_a_line_each(self, ana: Member) -> None:
        panel, then = make_panel(), clock.now() - 20 * DAY
        for _number in range(2):
            item = make_item(panel=panel, author=ana, received_at=then)
            make_case(items=(item,), owner=make_member("Alex Kim", roles=("owner",)))
        lines = told_back_figures([panel.id]).by_owner
        assert [(name, line.asked) for name, line in lines] == [("Alex Kim", 1)] * 2


class TestOverview:
    def test_it_shows_what_waits_longest_first(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        now = clock.now()
        make_idea("Waits for a week", published_at=now - 7 * DAY)
        make_idea("Waits for a month", published_at=now - 30 * DAY)
        done = make_idea("Was answered")
        change_status(done, omar, status="under_review", message="We look at it.")
        page = browser_of(omar).get("/staff").text
        assert page.index("Waits for a month") < page.index("Waits for a week")
        assert "Was answered" not in page

    def test_staff_of_one_panel_see_that_panel(self, browser_of: Callable[[Member], Client]) -> None:
        author = make_member()
        mine, other = make_panel("Mine"), make_panel("Other", visibility="private", members=(author,))
        make_idea("A wish in mine", panel=mine)
        make_idea("A wish in the other", panel=other, author=author)
        browser = browser_of(make_member(roles=("owner",), panel_id=mine.id))
        for path in ("/staff", "/staff/ideas", f"/staff/ideas?panel={other.slug}"):
            page = browser.get(path).text
            assert "A wish in mine" in page
            assert "the other" not in page
            assert "Other" not in page

    def test_it_says_to_each_what_waits_for_them(
        self, browser_of: Callable[[Member], Client], omar: Member, mia: Member, ada: Member
    ) -> None:
        make_queue_item(subject=make_idea("Waits to be seen"))
        for _number in range(2):
            make_case(items=(make_item(),), owner=omar)
        waiting = {
            who: dict(WAITS.findall(browser_of(member).get("/staff").text))
            for who, member in (("omar", omar), ("mia", mia), ("ada", ada))
        }
        assert waiting["omar"] == {"cases_staff.index": "2"}
        assert waiting["mia"] == {"moderation_staff.index": "1"}
        assert waiting["ada"] == {
            "moderation_staff.index": "1",
            "cases_staff.index": "0",
            "loyalty_staff.adjustments": "0",
            "admin_staff.owed": "0",
        }

    def test_members_may_not(
        self, browser_of: Callable[[Member], Client], ana: Member, client: Client
    ) -> None:
        for path in ("/staff", "/staff/ideas"):
            assert browser_of(ana).get(path).status_code == 403
            assert client.get(path).status_code == 303

    @pytest.mark.parametrize("path", ["/staff", "/staff/ideas"])
    def test_its_statements_do_not_grow(
        self, browser_of: Callable[[Member], Client], omar: Member, path: str
    ) -> None:
        browser, lengths = browser_of(omar), []
        for more in (1, 10):
            for _ in range(more):
                make_idea()
            with statements() as sent:
                browser.get(path)
            lengths.append(len(sent))
        assert lengths[0] == lengths[1]


class TestIdeasTable:
    def test_it_is_narrowed_and_ordered(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        make_idea("Liked by few", support_count=2)
        make_idea("Liked by many", support_count=40)
        planned = make_idea("Has a plan")
        change_status(planned, omar, status="planned", message="We do it.")
        browser = browser_of(omar)
        page = browser.get("/staff/ideas?sort=support&unanswered=1").text
        assert page.index("Liked by many") < page.index("Liked by few")
        assert "Has a plan" not in page
        page = browser.get("/staff/ideas?status=planned").text
        assert "Has a plan" in page
        assert "Liked by" not in page

    def test_it_says_when_nothing_matches(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        assert "Nothing matches" in browser_of(omar).get("/staff/ideas?status=declined").text

    def test_a_strange_question_is_answered_like_none(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        make_idea("A plain wish")
        assert "A plain wish" in browser_of(omar).get("/staff/ideas?status=x&sort=y&panel=z&page=-1").text
