"""The page on which a case is put into another one."""

import re

from sqlalchemy import select

from community.cases.models import Case
from community.infra.db import db
from community.members.models import Member
from tests.factories.cases import make_case
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel


class TestCombiningPage:
    def test_cases_of_the_same_author_and_topic_are_offered(
        self, browser_of, ana: Member, ben: Member, omar: Member
    ) -> None:
        panel, topic = make_panel(), make_topic()
        case, same_topic = (
            make_case(items=(make_read_item(author=author, panel=panel, topic_id=topic.id),))
            for author in (ana, ben)
        )
        same_author = make_case(items=(make_read_item(author=ana, panel=panel),))
        other = make_case(items=(make_read_item(author=ben, panel=panel),))
        elsewhere = make_case(author=ana)
        page = browser_of(omar).get(f"/staff/cases/{case.id}/combine").text
        first, second = (page.index(f'data-case-id="{each.id}"') for each in (same_author, same_topic))
        assert first < second
        for absent in (case, other, elsewhere):
            assert f'data-case-id="{absent.id}"' not in page

    def test_having_no_topic_is_nothing_in_common(
        self, browser_of, ana: Member, ben: Member, omar: Member
    ) -> None:
        panel = make_panel()
        case, other = (make_case(items=(make_read_item(author=who, panel=panel),)) for who in (ana, ben))
        page = browser_of(omar).get(f"/staff/cases/{case.id}/combine").text
        assert f'data-case-id="{other.id}"' not in page

    def test_one_is_put_into_the_other(self, browser_of, ana: Member, omar: Member) -> None:
        panel = make_panel()
        source, target = (make_case(items=(make_read_item(author=ana, panel=panel),)) for _number in "ab")
        sent = browser_of(omar).post(f"/staff/cases/{source.id}/combine", data={"into": target.id})
        assert (sent.status_code, sent.location) == (303, f"/staff/cases/{target.id}")
        assert list(db.session.scalars(select(Case.id).where(Case.is_open))) == [target.id]

    def test_what_cannot_be_put_together_is_refused_beside_the_field(
        self, browser_of, ana: Member, omar: Member
    ) -> None:
        case, elsewhere = make_case(author=ana), make_case(author=ana)
        browser = browser_of(omar)
        for into, words in (
            (elsewhere.id, "same panel"), (case.id, "one already"), (987654, "no such case"), ("x", "valid"),
        ):  # fmt: skip
            sent = browser.post(f"/staff/cases/{case.id}/combine", data={"into": into})
            assert sent.status_code == 422
            assert words in sent.text

    def test_who_may_not_see_a_case_cannot_name_it(self, browser_of, ana: Member) -> None:
        panel = make_panel()
        case, other = make_case(author=ana, panel=panel), make_case(author=ana, panel=make_panel())
        of_panel = make_member("Owner here", roles=("owner",), panel_id=panel.id)
        of_other = make_member("Owner there", roles=("owner",), panel_id=other.panel_id)
        assert browser_of(of_other).get(f"/staff/cases/{case.id}/combine").status_code == 404
        assert browser_of(of_other).post(f"/staff/cases/{case.id}/combine").status_code == 404
        answers = []
        for number in (other.id, other.id + 999):
            sent = browser_of(of_panel).post(f"/staff/cases/{case.id}/combine", data={"into": number})
            main = sent.text[sent.text.index("<main") :]
            said = re.sub(r'value="(\d+|[\w.-]{60,})"', "", main)
            answers.append((sent.status_code, said))
        assert answers[0] == answers[1]
        assert answers[0][0] == 422

    def test_who_answers_only_for_the_process_does_not_decide(self, browser_of, ana: Member) -> None:
        process = make_member("Process", roles=("analyst",))
        case = make_case(author=ana, process_owner_id=process.id)
        # Analysts do not enter the desk at all.
        assert browser_of(process).get(f"/staff/cases/{case.id}/combine").status_code == 403
