"""The board: its orders, filters and search, and how little it asks of the database."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.votes import support_idea
from community.ideas.models import Idea
from community.ideas.queries.board import SORTS, list_board
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.ideas.statements import statements

Browser = Callable[[Member], FlaskClient]


def titles(panel: Panel, **asked: Any) -> list[str]:
    return [card.title for card in list_board(panel, None, locale="en", **asked).items]


def shown(client: FlaskClient, panel: Panel, query: str = "") -> list[int]:
    page = client.get(f"/panels/{panel.slug}{query}").get_data(as_text=True)
    return [int(number) for number in re.findall(r'data-idea-id="(\d+)"', page)]


def fill(panel: Panel, author: Member, count: int) -> None:
    """Many ideas at once, as columns."""
    now = clock.now()
    with unit_of_work() as session:
        ids = session.scalars(
            insert(Idea).returning(Idea.id),
            [
                {
                    "panel_id": panel.id,
                    "author_id": author.id,
                    "title": f"Idea number {number} of many",
                    "search_terms": f"idea number {number} of mani",
                    "published_at": now - timedelta(minutes=number),
                    "trend": float(-number),
                }
                for number in range(count)
            ],
        ).all()
        session.execute(update(Idea).where(Idea.id.in_(ids)).values(root_id=Idea.id))


class TestOrder:
    @pytest.fixture
    def panel(self, app: Flask) -> Panel:
        panel = make_panel()
        day = timedelta(days=1)
        now = clock.now()
        for number, (trend, support, published, updated, seen) in enumerate(
            [(1, 9, 3, 1, 5), (3, 2, 2, 3, 0), (2, 5, 1, 2, 1)]
        ):
            make_idea(
                f"The idea called {'ABC'[number]}", panel=panel, trend=trend, support_count=support,
                published_at=now - published * day, updated_at=now - updated * day, seen_count=seen,
            )  # fmt: skip
        return panel

    @pytest.mark.parametrize(
        ("sort", "order"),
        [("trending", "BCA"), ("top", "ACB"), ("new", "CBA"), ("updated", "ACB"), ("unseen", "BCA")],
    )
    def test_each_way_to_sort_has_its_own(self, panel: Panel, sort: str, order: str) -> None:
        assert "".join(title[-1] for title in titles(panel, sort=sort)) == order

    def test_an_unknown_one_is_trending(self, panel: Panel, client: FlaskClient) -> None:
        assert shown(client, panel, "?sort=nonsense") == shown(client, panel)

    @pytest.mark.parametrize("sort", SORTS)
    def test_each_is_read_from_an_index(self, app: Flask, sort: str) -> None:
        panel = make_panel()
        with statements() as sent:
            titles(panel, sort=sort)
        statement, parameters = sent[-1]
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        else:
            # A table of this size is read whole unless that is forbidden.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
            # Having just found the table empty, PostgreSQL takes the order of the whole site for as good.
            connection.exec_driver_sql("DROP INDEX ix_ideas_trend")
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        steps = " ".join(str(row[-1]) for row in plan)
        assert "ix_ideas_board" in steps
        # Only what was picked is put in order: the cards of one page.
        assert steps.count("TEMP B-TREE") <= 1
        assert steps.count("Sort Key") <= 1


class TestFilters:
    def test_by_status_and_tag_and_both(self, app: Flask) -> None:
        panel = make_panel()
        make_idea("Planned with paper", panel=panel, tags=("Paper",), status="planned")
        make_idea("Only planned as yet", panel=panel, status="planned")
        make_idea("Only paper as yet", panel=panel, tags=("paper",))
        assert set(titles(panel, status="planned")) == {"Planned with paper", "Only planned as yet"}
        assert set(titles(panel, tag="PAPER")) == {"Planned with paper", "Only paper as yet"}
        assert titles(panel, tag="paper", status="planned") == ["Planned with paper"]
        assert titles(panel, tag="unknown") == []

    def test_what_is_merged_hidden_or_deleted_is_not_there(self, mia: Member) -> None:
        panel = make_panel()
        root, source = make_idea("The one that stays", panel=panel), make_idea("Says it again", panel=panel)
        make_idea("Hidden for a reason", panel=panel, state="hidden", is_listed=False)
        merge_ideas(source, into=root, moderator=mia)
        assert titles(panel) == ["The one that stays"]

    def test_ideas_of_other_panels_are_not_there(self, app: Flask) -> None:
        make_idea("Somewhere else entirely")
        assert titles(make_panel()) == []


class TestSearch:
    @pytest.fixture
    def panel(self, app: Flask) -> Panel:
        panel = make_panel()
        make_idea("Envelopes that fit the letterbox", panel=panel, body="Mine are always too wide.")
        make_idea(
            "Thicker paper for fountain pens", panel=panel, body="Ink goes through the envelope as well."
        )
        make_idea("希望贺卡可以自己录音留言", panel=panel, body="爷爷奶奶住得远。")
        make_idea("點格筆記本換成不會透的紙", panel=panel, body="顏色和裝訂我都很喜歡。")
        return panel

    def test_the_title_counts_more_than_the_text(self, panel: Panel) -> None:
        assert titles(panel, words="envelopes") == [
            "Envelopes that fit the letterbox",
            "Thicker paper for fountain pens",
        ]

    @pytest.mark.parametrize("words", ["賀卡", "贺卡", "錄音", "爺爺奶奶", "爷爷"])
    def test_simplified_text_is_found_in_both_scripts(self, panel: Panel, words: str) -> None:
        assert titles(panel, words=words) == ["希望贺卡可以自己录音留言"]

    @pytest.mark.parametrize("words", ["筆記本", "笔记本", "颜色", "紙"])
    def test_traditional_text_is_found_in_both_scripts(self, panel: Panel, words: str) -> None:
        assert titles(panel, words=words) == ["點格筆記本換成不會透的紙"]

    def test_hits_are_marked_and_the_rest_is_escaped(self, client: FlaskClient) -> None:
        panel = make_panel()
        make_idea("Wider <b>envelopes</b> for all", panel=panel, body="An envelope & more.")
        page = client.get(f"/panels/{panel.slug}?q=envelope").get_data(as_text=True)
        assert "Wider &lt;b&gt;<mark>envelopes</mark>&lt;/b&gt; for all" in page
        assert "An <mark>envelope</mark> &amp; more." in page

    def test_filters_hold_while_searching(self, panel: Panel) -> None:
        assert titles(panel, words="paper", status="planned") == []
        assert titles(panel, words="paper", status="submitted") == ["Thicker paper for fountain pens"]

    @pytest.mark.parametrize("words", ["!!!", '"; DROP TABLE ideas; --', "* OR *", "'", "（", "a" * 5000])
    def test_odd_words_find_nothing_and_break_nothing(
        self, client: FlaskClient, panel: Panel, words: str
    ) -> None:
        answer = client.get(f"/panels/{panel.slug}", query_string={"q": words})
        assert answer.status_code == 200
        assert "data-idea-id" not in answer.get_data(as_text=True)

    def test_finding_nothing_says_what_to_do_next(self, client: FlaskClient, panel: Panel) -> None:
        page = client.get(f"/panels/{panel.slug}?q=zebra").get_data(as_text=True)
        assert "Nothing like that yet" in page


class TestThePage:
    def test_cards_carry_the_marks(self, client: FlaskClient, ana: Member) -> None:
        idea = make_idea(status="planned")
        support_idea(idea, ana)
        page = client.get(f"/panels/{idea.panel.slug}").get_data(as_text=True)
        assert f'data-idea-id="{idea.id}" data-status="planned" data-support-count="1"' in page

    def test_my_support_is_mine_alone(self, browser_of: Browser, ana: Member, ben: Member) -> None:
        idea = make_idea()
        support_idea(idea, ana)
        path = f"/panels/{idea.panel.slug}"
        assert 'aria-pressed="true"' in browser_of(ana).get(path).get_data(as_text=True)
        assert 'aria-pressed="true"' not in browser_of(ben).get(path).get_data(as_text=True)

    def test_support_of_what_was_merged_is_support_of_this(
        self, browser_of: Browser, ana: Member, mia: Member
    ) -> None:
        panel = make_panel()
        source, root = make_idea(panel=panel), make_idea(panel=panel)
        support_idea(source, ana)
        merge_ideas(source, into=root, moderator=mia)
        assert 'aria-pressed="true"' in browser_of(ana).get(f"/panels/{panel.slug}").get_data(as_text=True)

    def test_pages_hold_twenty_and_do_not_overlap(self, client: FlaskClient, ana: Member) -> None:
        panel = make_panel()
        fill(panel, ana, 45)
        pages = [shown(client, panel, f"?sort=new&page={number}") for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [20, 20, 5]
        assert len({number for page in pages for number in page}) == 45

    def test_nobody_pages_for_ever(self, client: FlaskClient) -> None:
        panel = make_panel()
        assert client.get(f"/panels/{panel.slug}?page=100000").status_code == 404
        assert client.get(f"/panels/{panel.slug}?page=-1").status_code == 200

    def test_an_empty_board_invites_to_begin(self, client: FlaskClient) -> None:
        panel = make_panel()
        page = client.get(f"/panels/{panel.slug}").get_data(as_text=True)
        assert f'href="/panels/{panel.slug}/ideas/new"' in page
        assert "The board is still empty" in page

    def test_tags_lead_back_to_the_board(self, client: FlaskClient) -> None:
        panel = make_panel()
        make_idea(panel=panel, tags=("紙張", "C&A"))
        page = client.get(f"/panels/{panel.slug}/tags").get_data(as_text=True)
        assert f'href="/panels/{panel.slug}?tag=C%26A"' in page


class TestStatements:
    """The number of statements is fixed, however much there is."""

    @pytest.mark.parametrize("query", ["", "?sort=top", "?sort=unseen&status=submitted&tag=paper", "?q=idea"])
    def test_a_visitor_costs_two_whether_there_are_20_or_2000_ideas(
        self, client: FlaskClient, ana: Member, query: str
    ) -> None:
        assert self.counted(client, ana, 20, query) == self.counted(client, ana, 2000, query) <= 2

    @pytest.mark.parametrize("query", ["", "?q=idea"])
    def test_a_member_costs_four_whether_there_are_20_or_2000_ideas(
        self, browser_of: Browser, ana: Member, query: str
    ) -> None:
        browser = browser_of(ana)
        assert self.counted(browser, ana, 20, query) == self.counted(browser, ana, 2000, query) <= 4

    def counted(self, client: FlaskClient, author: Member, ideas: int, query: str) -> int:
        panel = make_panel()
        fill(panel, author, ideas)
        path = f"/panels/{panel.slug}{query}"
        # The figures beside the board are looked up once a minute, and the slowest machine may take longer.
        with clock.stopped_at(clock.now()):
            client.get(path)
            client.application.extensions["pages_for_visitors"].clear()
            with statements() as sent:
                assert client.get(path).status_code == 200
        return len(sent)
