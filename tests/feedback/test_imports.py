"""Bringing in files: what is taken, known and refused, also when workers die or the same file comes twice."""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from community.feedback import actions, refusals
from community.feedback.actions import imports
from community.feedback.models import FeedbackImport, FeedbackItem
from community.feedback.queries.imports import each_refused
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.files import Store
from community.infra.spreadsheet import Unreadable, csv_lines
from tests.factories.files import csv_bytes, json_lines, xlsx_bytes
from tests.factories.members import make_member
from tests.factories.panels import make_panel

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def panel():
    return make_panel()


def upload(panel, data, *, name="shop", by=None):
    return actions.upload_import(by, panel, name=name, file_name="reviews.csv", source=io.BytesIO(data))


def bring(panel, data, *, name="shop", **uses):
    """Import a file to its end."""
    begun = upload(panel, data, name=name)
    actions.start_import(begun, uses=uses or begun.columns)
    while actions.import_owed():
        pass
    return begun


def counts(done):
    return done.done_count, done.taken_count, done.known_count, done.refused_count


def items():
    return list(db.session.scalars(select(FeedbackItem).order_by(FeedbackItem.id)))


def refused(done):
    return [(row.number, row.reason) for row in each_refused(done.id)]


class TestUpload:
    def test_a_file_is_kept_with_a_guess_at_its_columns(self, panel, omar):
        begun = upload(panel, csv_bytes([["Review ID", "Review", "Stars"], ["1", "Fine", "4"]]), by=omar)
        assert (begun.state, begun.made_by, begun.header) == (
            "mapping",
            omar,
            ["Review ID", "Review", "Stars"],
        )
        assert begun.columns == {"id": "Review ID", "text": "Review", "rating": "Stars"}
        assert actions.first_rows(begun) == [["1", "Fine", "4"]]
        assert items() == []

    def test_chinese_column_names_are_understood(self, panel):
        begun = upload(
            panel, csv_bytes([["编号", "评论内容", "评分"], ["1", "很好", "5"]], encoding="gb18030")
        )
        assert begun.columns == {"id": "编号", "text": "评论内容", "rating": "评分"}

    def test_what_is_no_table_leaves_nothing_behind(self, app, panel):
        before = stored(app)
        with pytest.raises(Unreadable):
            upload(panel, b"PK\x03\x04 not a workbook")
        assert db.session.scalar(select(func.count(FeedbackImport.id))) == 0
        assert stored(app) == before

    def test_a_forgotten_file_is_gone(self, app, panel):
        before = stored(app)
        actions.forget_import(upload(panel, csv_bytes([["text"], ["Fine"]])))
        assert stored(app) == before

    def test_files_that_were_left_are_forgotten_after_a_day(self, app, panel):
        before = stored(app)
        with clock.stopped_at(clock.ago(days=2)):
            upload(panel, csv_bytes([["text"], ["Old"]]))
        upload(panel, csv_bytes([["text"], ["New"]]))
        actions.forget_left_behind()
        assert db.session.scalar(select(func.count(FeedbackImport.id))) == 1
        assert len(stored(app)) == len(before) + 1


def stored(app):
    root = Store(app.config["UPLOAD_DIR"]).root
    return {path.name for path in root.rglob("*.table")}


class TestColumns:
    @pytest.mark.parametrize(
        ("uses", "field", "words"),
        [
            ({}, "text", "Choose the column"),
            ({"text": "Comment"}, "text", "no column “Comment”"),
            ({"text": "Review", "rating": "Grade"}, "rating", "no column “Grade”"),
            ({"text": "Review", "title": "Review"}, "title", "chosen twice"),
        ],
    )
    def test_wrong_columns_refuse_the_whole_file_and_say_which(self, panel, uses, field, words):
        begun = upload(panel, csv_bytes([["Review", "Stars"], ["Fine", "4"]]))
        with pytest.raises(Invalid) as refusal:
            actions.start_import(begun, uses=uses)
        assert refusal.value.field == field
        assert words in str(refusal.value.message)
        assert begun.state == "mapping"

    def test_an_import_is_started_once(self, panel):
        begun = upload(panel, csv_bytes([["text"], ["Fine"]]))
        actions.start_import(begun, uses={"text": "text"})
        with pytest.raises(Conflict):
            actions.start_import(begun, uses={"text": "text"})
        with pytest.raises(Conflict):
            actions.forget_import(begun)


class TestTakingIn:
    def test_each_column_finds_its_place(self, panel):
        header = ["key", "what", "title", "when", "stars", "lang"]
        row = ["r-1", "The lid\r\ndoes not close. ", "A lid", "2025-03-31T18:30:00+02:00", "4,5", "en-GB"]
        done = bring(
            panel, csv_bytes([header, row]),
            text="what", title="title", id="key", time="when", rating="stars", language="lang",
        )  # fmt: skip
        [item] = items()
        assert counts(done) == (1, 1, 0, 0)
        assert (item.text, item.title, item.source_id) == ("The lid\ndoes not close.", "A lid", "r-1")
        assert (item.source, item.source_name, item.import_id) == ("import", "shop", done.id)
        assert item.said_at == datetime(2025, 3, 31, 16, 30, tzinfo=UTC)
        assert (item.rating, item.given_language, item.author_id) == (4.5, "en", None)
        assert (done.state, done.row_count) == ("done", 1)

    @pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes, None])
    def test_all_kinds_of_files_give_the_same_items(self, panel, make):
        rows = [["id", "text"], ["1", "房间很干净。"], ["2", "Too slow."]]
        data = make(rows) if make else json_lines([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
        assert counts(bring(panel, data)) == (2, 2, 0, 0)
        assert [(item.source_id, item.text) for item in items()] == [
            ("1", "房间很干净。"),
            ("2", "Too slow."),
        ]

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("2025-03-31", "2025-03-31T00:00:00"),
            ("2025/3/1 8:05", "2025-03-01T08:05:00"),
            ("2025年3月1日", "2025-03-01T00:00:00"),
            ("2015-02-24 11:35:52 -0800", "2015-02-24T19:35:52"),
            ("Tue, 24 Feb 2015 11:35:52 +0000", "2015-02-24T11:35:52"),
            ("2025-03-31T18:30:00.123Z", "2025-03-31T18:30:00"),
        ],
    )
    def test_dates_are_understood_as_people_and_programs_write_them(self, panel, given, said):
        bring(panel, csv_bytes([["text", "time"], ["Fine", given]]))
        assert items()[0].said_at == datetime.fromisoformat(said).replace(tzinfo=UTC)

    @pytest.mark.parametrize(
        ("given", "rating"), [("4", 4), ("4.5", 4.5), ("4/5", 4), ("★★★☆☆", 3), ("5 stars", 5)]
    )
    def test_ratings_are_understood_as_people_write_them(self, panel, given, rating):
        bring(panel, csv_bytes([["text", "rating"], ["Fine", given]]))
        assert items()[0].rating == rating

    @pytest.mark.parametrize(
        ("given", "language"),
        [
            ("en_US", "en"),
            ("zh-CN", "zh-Hans"),
            ("zh_TW", "zh-Hant"),
            ("ZH-Hant-HK", "zh-Hant"),
            ("fr", "other"),
            ("", None),
        ],
    )
    def test_a_given_language_is_one_of_ours_or_another(self, panel, given, language):
        bring(panel, csv_bytes([["text", "lang"], ["Fine", given]]))
        assert items()[0].given_language == language

    def test_a_formula_in_a_refused_file_comes_back_as_it_was(self, panel):
        bring(panel, csv_bytes([["text"], ["'=1+1 is not 3"], ["'tis fine"]]))
        assert {item.text for item in items()} == {"=1+1 is not 3", "'tis fine"}


class TestRefusing:
    @pytest.mark.parametrize(
        ("row", "reason", "words"),
        [
            (["1", "  ", "", "", ""], "empty", "no text"),
            (["1", "x" * 20_001, "", "", ""], "too_long", "20001 characters"),
            (["1", "Fine", "31.02.2025 or so", "", ""], "wrong_time", "“31.02.2025 or so”"),
            (["1", "Fine", "2025-02-31", "", ""], "wrong_time", "2025-02-31"),
            (["1", "Fine", "2999-01-01", "", ""], "time_ahead", "future"),
            (["1", "Fine", "", "lovely", ""], "wrong_rating", "“lovely”"),
            (["1", "Fine", "", "101", ""], "wrong_rating", "“101”"),
            (["1", "Fine", "", "", "999999"], "unknown_member", "999999"),
            (["k" * 101, "Fine", "", "", ""], "key_too_long", "100"),
        ],
    )
    def test_a_bad_row_is_refused_with_its_reason_and_the_rest_goes_in(self, panel, row, reason, words):
        header = ["id", "text", "time", "rating", "member"]
        done = bring(panel, csv_bytes([header, ["a", "First", "", "", ""], row, ["b", "Last", "", "", ""]]))
        assert counts(done) == (3, 2, 0, 1)
        assert [item.text for item in items()] == ["First", "Last"]
        [refusal] = each_refused(done.id)
        assert (refusal.number, refusal.reason, refusal.cells) == (3, reason, row)
        assert words in refusals.sentence(refusal.reason, refusal.values)

    def test_undecodable_broken_and_wide_rows_are_refused(self, panel):
        data = b'id,text\n1,Fine\n2,\xff\xfe\n3,Good, but loud\n4,"Never closed\n5,Swallowed\n'
        done = bring(panel, data)
        assert refused(done) == [(3, "undecodable"), (4, "wide"), (5, "broken")]
        assert counts(done) == (4, 1, 0, 3)

    def test_a_key_that_comes_twice_is_refused_the_second_time_also_far_below(self, panel):
        rows = [[str(number), f"Text {number}"] for number in range(imports.PIECE + 5)]
        data = csv_bytes([["id", "text"], *rows, ["3", "Another text"], ["new", "New"], ["new", "Newer"]])
        for _again in range(2):
            done = bring(panel, data)
            assert [reason for _number, reason in refused(done)] == ["repeated", "repeated"]
        assert counts(done) == (imports.PIECE + 8, 0, imports.PIECE + 6, 2)
        assert len(items()) == imports.PIECE + 6

    def test_the_refused_rows_are_a_table_like_the_file_with_the_reasons(self, panel):
        done = bring(panel, csv_bytes([["id", "text"], ["1", ""], ["2", "Fine"]]))
        table = list(refusals.as_table(done.header, each_refused(done.id)))
        assert table == [
            ["id", "text", "Row in your file", "Why it was refused"],
            ["1", "", "2", "There is no text."],
        ]

    def test_refused_rows_that_come_back_say_what_they_said(self, panel):
        header = ["id", "text", "rating"]
        said = ["=1", "'- good;\n'- cheap", "it's; '+2", "''=2"]
        done = bring(
            panel, csv_bytes([header, *([str(number), text, "101"] for number, text in enumerate(said))])
        )
        table = list(refusals.as_table(done.header, each_refused(done.id)))
        mended = "".join(csv_lines([table[0], *([row[0], row[1], "5", *row[3:]] for row in table[1:])]))
        bring(panel, mended.encode())
        assert [item.text for item in items()] == ["=1", "- good;\n- cheap", "it's; +2", "'=2"]


class TestAgain:
    def test_the_same_file_is_known_the_second_time(self, panel):
        data = csv_bytes([["id", "text"], ["1", "One"], ["2", "Two"]])
        bring(panel, data)
        assert counts(bring(panel, data)) == (2, 0, 2, 0)
        assert len(items()) == 2

    def test_without_a_key_the_content_is_the_key(self, panel):
        data = csv_bytes([["text", "stars"], ["Good", "5"], ["Good", "4"], ["Good", "5"]])
        assert counts(bring(panel, data)) == (3, 2, 1, 0)
        assert counts(bring(panel, data)) == (3, 0, 3, 0)

    def test_a_changed_row_is_read_again_and_the_others_are_known(self, panel):
        bring(panel, csv_bytes([["id", "text"], ["1", "One"], ["2", "Two"]]))
        assert counts(bring(panel, csv_bytes([["id", "text"], ["1", "One"], ["2", "Two, changed"]]))) == (
            2,
            1,
            1,
            0,
        )
        assert [(item.text, item.revision) for item in items()] == [("One", 1), ("Two, changed", 2)]

    def test_another_source_is_another_text(self, panel):
        data = csv_bytes([["id", "text"], ["1", "One"]])
        bring(panel, data, name="shop")
        assert counts(bring(panel, data, name="store")) == (1, 1, 0, 0)


class TestAuthors:
    def row(self, panel, member):
        return bring(panel, csv_bytes([["text", "member"], ["Fine", str(member)]]))

    def test_a_confirmed_address_or_a_number_names_the_author(self, panel, ana, ben):
        bring(panel, csv_bytes([["text", "member"], ["One", ana.email.upper()], ["Two", str(ben.id)]]))
        assert [item.author for item in items()] == [ana, ben]
        assert {item.author_key for item in items()} == {""}

    def test_an_address_that_is_only_claimed_names_nobody(self, panel):
        claimant = make_member()
        with unit_of_work():
            claimant.email = claimant.email_folded = None
            claimant.claimed_email = claimant.claimed_email_folded = "c@example.org"
        self.row(panel, "c@example.org")
        assert (items()[0].author_id, items()[0].author_key) == (None, "c@example.org")

    def test_any_other_name_is_kept(self, panel):
        self.row(panel, "customer-0815")
        assert (items()[0].author_id, items()[0].author_key) == (None, "customer-0815")

    @pytest.mark.parametrize("visibility", ["members", "private"])
    def test_nobody_is_made_the_author_of_what_they_may_not_read(self, ana, ben, visibility):
        panel = make_panel(visibility=visibility, members=(ben,))
        rows = [["One", ana.email], ["Two", ben.email], ["Three", ana.id], ["Four", 987654]]
        done = bring(panel, csv_bytes([["text", "member"], *rows]))
        # A stranger's account and none look alike, by address and by number.
        assert refused(done) == [(4, "unknown_member"), (5, "unknown_member")]
        assert {(item.author, item.author_key) for item in items()} == {(None, ana.email), (ben, "")}

    def test_who_has_joined_meanwhile_becomes_the_author(self, panel):
        data = csv_bytes([["id", "text", "email"], ["1", "Fine", "new@example.org"]])
        bring(panel, data)
        member = make_member(email="new@example.org")
        bring(panel, data)
        assert items()[0].author == member


class TestDying:
    def rows(self, number):
        return csv_bytes([["id", "text"], *([str(each), f"Text {each}"] for each in range(number))])

    def test_an_import_goes_on_where_a_killed_worker_stopped(self, panel, monkeypatch):
        begun = upload(panel, self.rows(2 * imports.PIECE + 10))
        actions.start_import(begun, uses=begun.columns)

        class Killed(BaseException):
            pass

        def die(done, _total):
            raise Killed

        with pytest.raises(Killed):
            actions.go_on_with_import(begun.id, on_progress=die)
        assert (begun.state, begun.done_count) == ("running", imports.PIECE)
        while actions.import_owed():
            pass
        assert counts(begun) == (2 * imports.PIECE + 10, 2 * imports.PIECE + 10, 0, 0)
        assert len(items()) == 2 * imports.PIECE + 10

    def test_a_worker_stops_for_other_work_when_its_time_is_over(self, panel):
        begun = upload(panel, self.rows(2 * imports.PIECE))
        actions.start_import(begun, uses=begun.columns)
        assert actions.go_on_with_import(begun.id, seconds=0) == imports.PIECE
        assert actions.go_on_with_import(begun.id) == imports.PIECE
        assert begun.state == "done"

    def test_a_file_that_is_gone_stops_its_import_and_not_the_next(self, app, panel):
        lost = upload(panel, self.rows(3), name="lost")
        actions.start_import(lost, uses=lost.columns)
        Store(app.config["UPLOAD_DIR"]).delete(lost.key)
        done = bring(panel, self.rows(2), name="next")
        assert (lost.state, lost.error) == ("failed", "gone")
        assert done.state == "done"

    def test_the_file_is_not_kept_once_it_is_taken_in(self, app, panel):
        before = stored(app)
        assert bring(panel, self.rows(3)).key == ""
        assert stored(app) == before
