"""What owners read in their inbox about cases."""

from datetime import timedelta

from community.activity import actions as activity
from community.cases.actions.assigning import assign_case, assign_process_owner
from community.cases.actions.deadlines import escalate_overdue, remind_owners
from community.cases.actions.opening import open_for_items
from community.infra import clock
from community.members.models import Member
from tests.factories.cases import forget_rules, make_case, make_rule
from tests.factories.feedback import make_read_item
from tests.factories.panels import make_panel


class TestInbox:
    def test_each_sentence_is_there(
        self, browser_of, ana: Member, omar: Member, mia: Member, ada: Member
    ) -> None:
        forget_rules()
        make_rule("pass_on", kind=["praise"])
        make_rule(owner=omar)
        panel = make_panel()
        words = [make_read_item(author=ana, panel=panel, thread="idea:1", title=f"No {n}") for n in range(2)]
        for item in words:
            open_for_items([item.id])
        open_for_items([make_read_item("Omar is a star", author=ana, kind="praise", sentiment="pos").id])
        case = make_case("Where is it?", author=ana, owner=ada)
        assign_case(case, omar, by=mia, note="You know him.")
        assign_process_owner(case, omar, by=mia)
        alone = make_case("Nobody has me", author=ana)
        with clock.stopped_at(alone.opened_at + timedelta(hours=60)):
            remind_owners()
            activity.follow_due()
        with clock.stopped_at(alone.opened_at + timedelta(hours=80)):
            escalate_overdue()
            activity.follow_due()
        page = browser_of(omar).get("/inbox").text
        for sentence in (
            "A case is on your desk: “No 0”",
            "You know him.",
            "The author of “No 0” said something again",
            "Kind words for you: “Omar is a star”",
            "You answer for what lies behind “Where is it?”",
            "“Where is it?” is due soon",
            "“Where is it?” is overdue; a second person was told",
        ):
            assert sentence in page
        assert "“Nobody has me” is due soon, and nobody has it" in browser_of(mia).get("/inbox").text
        assert "“Nobody has me” is overdue; please help" in browser_of(ada).get("/inbox").text

    def test_members_hear_nothing_of_desks(self, browser_of, ana: Member, omar: Member) -> None:
        case = make_case("A secret title of staff", author=ana, owner=omar)
        with clock.stopped_at(case.opened_at + timedelta(hours=80)):
            escalate_overdue()
            activity.follow_due()
        assert "A secret title of staff" not in browser_of(ana).get("/inbox").text
