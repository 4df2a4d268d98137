import pytest
from community.activity.actions import follow_due
from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.actions.publishing import edit_idea, delete_idea
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.infra import clock
from community.infra.db import db
from community.infra.errors import *
from community.moderation.actions import deciding, queue, appealing
from community.moderation.actions.flagging import flag
from community.moderation.models import *
from community.moderation.queries import queue as queries
from community.moderation.queries.subjects import get_subject
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.moderation import stand_on_level
NUMBER = "Call me on 138 0013 8000 any evening."
WORDS = "I did not mean it like that; it is about the bicycle."
def about(row):
    return get_subject(f"{type(row).__name__.lower()}:{row.id}")
def waiting_for(row, kind=None):
    return queries.find_standing(type(row).__name__.lower(), row.id, **({"kinds": (kind,)} if kind else {}))

@pytest.mark.usefixtures("app")
class TestScratch:
    def test_reflag(self, ana, ben, mia):
        idea = make_idea(author=ana)
        flag(about(idea), ben, reason="spam")
        deciding.approve(about(idea), mia, item=waiting_for(idea))
        flag(about(idea), ben, reason="spam")
        assert waiting_for(idea) is None

    def test_edit_refused_flags(self, ana, ben, mia):
        idea = make_idea(author=ana)
        flag(about(idea), ben, reason="spam")
        edit_idea(idea, ana, title=idea.title, body=NUMBER, tags=())
        deciding.hide(about(idea), mia, reason="rude", item=waiting_for(idea, "edit"))
        assert waiting_for(idea, "flagged") is not None
        assert db.session.query(Flag).one().outcome == "open"

    def test_joined_flag(self, ana, ben, mia):
        panel = make_panel()
        idea, other = make_idea(author=ana, panel=panel), make_idea(panel=panel)
        merge_ideas(other, into=idea, moderator=mia)
        for _ in range(3):
            m = make_member(); stand_on_level(m, 3)
            flag(about(idea), m, reason="spam")
        assert db.session.query(Flag).count() == 3

    def test_site_suspension(self, ana, mia):
        panel = make_panel(members=(ana,))
        idea = make_idea(panel=panel, author=ana)
        here = make_member(roles=("moderator",), panel_id=panel.id)
        d = deciding.suspend(about(idea), mia, reason="rude")
        with pytest.raises(Forbidden):
            deciding.undo(d, here)
        assert ana.state == "suspended"

    def test_moved_undo(self, ana, mia):
        a, b = make_panel(members=(ana,)), make_panel(members=(ana,))
        idea = make_idea(panel=a, author=ana)
        here = make_member(roles=("moderator",), panel_id=a.id)
        h = deciding.lock if False else deciding.hide(about(idea), here, reason="rude")
        d = deciding.move(about(idea), mia, panel=b)
        with pytest.raises(Forbidden):
            deciding.undo(h, here)
        with pytest.raises(Forbidden):
            deciding.undo(d, here)

    def test_deleted_then_appeal(self, ana, mia):
        idea = make_idea(author=ana)
        noor = make_member(roles=("moderator",))
        d = deciding.hide(about(idea), mia, reason="rude")
        a = appealing.appeal(d, ana, words=WORDS)
        delete_idea(idea, ana)
        appealing.decide(a, noor, is_right=True)
        assert a.state == "overturned"

    def test_unmerged_elsewhere(self, ana, mia):
        panel = make_panel()
        idea, other = make_idea(author=ana, panel=panel), make_idea(panel=panel)
        noor = make_member(roles=("moderator",))
        d = deciding.merge(about(idea), mia, into_id=other.id)
        a = appealing.appeal(d, ana, words=WORDS)
        unmerge_idea(idea, moderator=mia)
        appealing.decide(a, noor, is_right=True)
        assert a.state == "overturned"

    def test_appeal_does_not_let_an_edit_through(self, ana, mia):
        idea = make_idea(author=ana)
        noor = make_member(roles=("moderator",))
        d = deciding.hide(about(idea), mia, reason="rude")
        edit_idea(idea, ana, title=idea.title, body=NUMBER, tags=())
        print([ (i.kind, i.state) for i in db.session.query(QueueItem)], idea.body)
        a = appealing.appeal(d, ana, words=WORDS)
        appealing.decide(a, noor, is_right=True)
        assert NUMBER not in idea.body
        assert idea.state == "published"

    def test_history_of_hidden(self, ana, ben, mia, client, browser_of):
        idea = make_idea(author=ana, body="You know Mr Miller.")
        deciding.hide(about(idea), mia, reason="rude")
        edit_idea(idea, ana, title=idea.title, body="You know him.", tags=())
        deciding.restore(about(idea), mia)
        assert idea.state == "published"
        assert "Miller" not in client.get(f"/ideas/{idea.id}/history").text

    def test_votes_page(self, ana, mia, browser_of):
        idea = make_idea(author=ana)
        assert browser_of(mia).get(f"/staff/moderation/on?subject=votes:{idea.id}").status_code == 404

    def test_names(self, ana, mia):
        a, b = make_panel(members=(ana,), names_shown="alias"), make_panel(members=(ana,))
        idea = make_idea(panel=a, author=ana)
        with pytest.raises(Invalid):
            deciding.move(about(idea), mia, panel=b)
    def test_gone(self, ana, ben, mia, browser_of):
        idea = make_idea(author=ana)
        flag(about(idea), ben, reason="spam")
        item = waiting_for(idea)
        delete_idea(idea, ana)
        b = browser_of(mia)
        print(b.get(f"/staff/moderation/{item.id}").status_code)
        db.session.refresh(item)
        assert item.state == "closed"
