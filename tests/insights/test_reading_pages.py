"""Reading a report, and the texts behind its rows."""

import re
from datetime import UTC, datetime
from html import unescape

from community.feedback.models import FeedbackItem
from community.infra.db import lock, unit_of_work
from community.insights.figures import Column, Figure, Quote, Row, Section
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.insights import make_figure, make_report, make_snapshot
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

MARCH = datetime(2026, 3, 4, 12, tzinfo=UTC)


def analyst(panel=None):
    return make_member("Tess", roles=("analyst",), panel_id=panel.id if panel else None)


def words(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def report_of(panel, *rows, **values):
    """A report with one figure of these rows of texts."""
    columns = [Column("what", "What"), Column("texts", "Texts", "count")]
    figure = Figure("said", "What was said", columns, list(rows), n=40, unit="texts", people=20)
    snapshot = make_snapshot(sections=[Section("all", "All of it", [figure])], summary=[])
    return make_report(snapshot=snapshot, panels=(panel,), has_charts=False, **values)


class TestReport:
    def test_it_says_what_was_found_on_what_it_rests_and_how_it_was_counted(self, browser_of):
        panel = make_panel()
        page = browser_of(analyst(panel)).get(f"/staff/insights/{make_report(panels=(panel,)).id}").text
        said = words(page)
        assert "▲ Delivery was named more often than before" in said
        assert "z = 2.7, p = 0.007" in said
        assert "○ For price no change is proven" in said
        assert "12 texts wait to be read" in said
        assert "Texts by imported authors without account 214" in said
        assert "Jul 1, 2026, 06:30 UTC" in said
        assert "Leading topics n = 3,120 Texts · 1,284 people" in said
        assert "Delivery 1,186 38% 35–41% 418" in said
        assert "Envelopes kept back: fewer than 10 people" in said
        assert "How it was counted Every text counts once" in said
        assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2 * len(make_snapshot().figures())

    def test_nothing_in_it_is_styled_or_run_inline(self, browser_of, ada):
        page = browser_of(ada).get(f"/staff/insights/{make_report().id}").text
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))

    def test_it_speaks_its_own_language_whoever_reads_it(self, browser_of, ada):
        report = make_report(snapshot=make_snapshot(locale="zh_Hans"), has_charts=False)
        page = browser_of(ada).get(f"/staff/insights/{report.id}").text
        assert '<div class="report" lang="zh-Hans">' in page
        assert "2026年1月" in page
        assert 'lang="en"' in page.split(">", 2)[1]
        assert "Take it away" in page

    def test_quotes_are_shown_while_their_text_stands(self, browser_of, ada):
        panel = make_panel()
        item = make_read_item("Thick paper, and the colours are true.", panel=panel)
        quote = Quote(item.id, item.text, "Young families, import", "en", "pos")
        snapshot = make_snapshot(
            sections=[Section("topics", "Topics", [make_figure("topics", quotes=[quote])])]
        )
        report = make_report(snapshot=snapshot, panels=(panel,), has_charts=False, quoted=(item.id,))
        path = f"/staff/insights/{report.id}"
        browser = browser_of(ada)
        assert "Thick paper" in browser.get(path).text
        with unit_of_work():
            lock(FeedbackItem, item.id).state = "withdrawn"
        assert "Thick paper" not in browser.get(path).text

    def test_one_that_is_not_done_shows_how_far_it_is(self, browser_of, ada):
        report = make_report(state="waiting")
        answer = browser_of(ada).get(f"/staff/insights/{report.id}")
        assert (answer.status_code, answer.location) == (303, f"/staff/insights/{report.id}/progress")

    def test_only_who_may_read_of_all_its_people_knows_of_it(self, browser_of, client, ana):
        here, there = make_panel(), make_panel()
        path = f"/staff/insights/{make_report(panels=(here, there), has_charts=False).id}"
        assert browser_of(analyst()).get(path).status_code == 200
        assert browser_of(analyst(here)).get(path).status_code == 404
        assert browser_of(analyst(here)).get(f"{path}/texts?figure=topics&row=0").status_code == 404
        assert browser_of(ana).get(path).status_code == 403
        assert client.get(path).status_code == 303

    def test_owners_read_it_and_cannot_change_it(self, browser_of):
        panel = make_panel()
        owner = make_member("Omar", roles=("owner",), panel_id=panel.id)
        page = browser_of(owner).get(f"/staff/insights/{make_report(panels=(panel,), has_charts=False).id}")
        assert page.status_code == 200
        assert "Run it again" not in page.text


class TestTexts:
    def test_they_are_those_of_the_row_as_they_are_now(self, browser_of, ada):
        panel, other, topic = make_panel(), make_panel(), make_topic("Delivery")
        values = {"panel": panel, "topic_id": topic.id, "said_at": MARCH}
        shown = make_read_item("It came late.", **values)
        gone = make_read_item("It came never.", **values)
        make_read_item("It came soaked, in October.", **(values | {"said_at": MARCH.replace(year=2025)}))
        make_read_item("It came quickly, how nice.", sentiment="pos", **values)
        make_read_item("It came elsewhere.", **(values | {"panel": other}))
        make_read_item("Too dear.", panel=panel, said_at=MARCH)
        row = Row({"what": "Delivery", "texts": 2}, texts={"topic": topic.id, "sentiment": "neg"})
        report = report_of(panel, row)
        with unit_of_work():
            lock(FeedbackItem, gone.id).state = "withdrawn"
        page = browser_of(ada).get(f"/staff/insights/{report.id}/texts?figure=said&row=0").text
        assert re.findall(r'data-item-id="(\d+)"', page) == [str(shown.id)]
        assert 'data-now="1"' in page
        assert "Texts 2" in words(page)

    def test_a_week_of_it_is_cut_at_the_ends_of_the_period(self, browser_of, ada):
        panel = make_panel()
        inside = make_read_item("Within.", panel=panel, said_at=datetime(2026, 1, 5, 1, tzinfo=UTC))
        make_read_item("Before.", panel=panel, said_at=datetime(2026, 1, 4, 23, tzinfo=UTC))
        row = Row({"what": "First week"}, texts={"from": "2025-12-29", "until": "2026-01-05"})
        page = browser_of(ada).get(f"/staff/insights/{report_of(panel, row).id}/texts?figure=said&row=0").text
        assert re.findall(r'data-item-id="(\d+)"', page) == [str(inside.id)]

    def test_there_is_no_way_to_what_is_kept_back_or_not_there(self, browser_of, ada):
        panel = make_panel()
        make_read_item(panel=panel, said_at=MARCH)
        report = report_of(
            panel,
            Row({"what": "Kept back"}, texts={}, is_hidden=True),
            Row({"what": "Without texts", "texts": 4}),
            Row({"what": "Not understood", "texts": 4}, texts={"weather": "rain"}),
        )
        browser, path = browser_of(ada), f"/staff/insights/{report.id}/texts"
        for query in ("", "?figure=said", *(f"?figure={key}&row={at}" for key, at in (
            ("said", 0), ("said", 1), ("said", 2), ("said", 3), ("said", -1), ("said", "x"), ("other", 0)
        ))):  # fmt: skip
            assert browser.get(path + query).status_code == 404, query
        assert "/texts?" not in browser.get(f"/staff/insights/{report.id}").text.split("Not understood")[0]

    def test_a_case_leads_to_its_page(self, browser_of, ada):
        panel = make_panel()
        report = report_of(panel, Row({"what": "Case 7", "texts": 1}, texts={"case": 7}))
        answer = browser_of(ada).get(f"/staff/insights/{report.id}/texts?figure=said&row=0")
        assert (answer.status_code, answer.location) == (303, "/staff/cases/7")

    def test_many_texts_take_no_more_statements_than_few(self, browser_of, ada):
        panel = make_panel()
        report = report_of(panel, Row({"what": "All", "texts": 3}, texts={"sentiment": "neg"}))
        browser, sent = browser_of(ada), []
        for count in (3, 30):
            for _ in range(count):
                make_read_item(panel=panel, author=make_member(), said_at=MARCH)
            with statements() as seen:
                page = browser.get(f"/staff/insights/{report.id}/texts?figure=said&row=0")
            assert page.status_code == 200
            sent.append(len(seen))
        assert sent[0] == sent[1]
