"""A member is forgotten: nothing that tells of them is left anywhere, and what others rely on stands."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from community.feedback.models import LearnedModel
from community.ideas.actions import merges
from community.ideas.models import Comment, Idea, Vote
from community.infra import clock, jobs, mail
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.mail import OutgoingMail
from community.loyalty.models import LedgerEntry, Redemption, Reward
from community.loyalty.queries import checking
from community.members import actions as members
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.models import Decision, ModerationMessage
from community.moderation.queries.subjects import get_subject
from community.panels.actions import requests
from community.panels.models import JoinRequest, Panel
from community.privacy import actions
from community.privacy.actions import erasure_log
from community.privacy.queries import gathering
from tests.factories.ideas import make_idea
from tests.factories.known import EMAIL, NAME, PASSWORD, PRIVATE, PUBLIC, make_known, make_person
from tests.factories.members import make_member
from tests.factories.moderation import make_item as make_queue_item
from tests.factories.panels import make_panel
from tests.factories.votes import vote_together
from tests.privacy.places import places_of

PERSON = (NAME, "Zinnia", EMAIL, "quibble", "203.0.113.77", "Quibbling Heron")


@pytest.fixture
def own_files(app, tmp_path, monkeypatch):
    """Files and the log of this test alone."""
    for name in ("INSTANCE", "UPLOAD_DIR"):
        monkeypatch.setitem(app.config, name, tmp_path)
    monkeypatch.setitem(app.config, "MAIL_URL", f"folder:{tmp_path / 'mail'}")


@pytest.fixture
def known(own_files):
    """A member of whom much is known."""
    return make_known()


@pytest.fixture
def person(own_files):
    """The same of whom little is known."""
    return make_person()


def files_with(folder, *words):
    return {
        path.name
        for path in Path(folder).rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    }


def forget(member, *, keeps_texts):
    actions.ask_to_erase(member, password=PASSWORD, keeps_texts=keeps_texts)
    with clock.stopped_at(clock.now() + timedelta(days=8)):
        assert actions.erase_due() == 1
        jobs.do_owed()
    db.session.expire_all()


class TestWhatIsLeft:
    def test_the_member_is_known_before(self, known):
        for word in (*PERSON, *PUBLIC, *PRIVATE):
            assert places_of(word), word

    def test_nothing_is_left_when_the_texts_go(self, known, tmp_path):
        forget(known.member, keeps_texts=False)
        assert places_of(*PERSON, *PUBLIC, *PRIVATE) == set()
        assert files_with(tmp_path, EMAIL, NAME, *PRIVATE) == set()

    def test_only_what_others_could_read_is_left_when_the_texts_stay(self, known, tmp_path):
        forget(known.member, keeps_texts=True)
        assert places_of(*PERSON, *PRIVATE) == set()
        assert files_with(tmp_path, EMAIL, NAME) == set()
        idea = lock(Idea, known.answered_idea.id)
        assert (idea.state, idea.title) == ("published", "Please build a marmaladefish")

    @pytest.mark.parametrize("keeps_texts", [True, False])
    def test_acts_of_staff_about_what_goes_do_not_quote_it(self, own_files, keeps_texts):
        member, mia, panel = make_person(), make_member("Mia", roles=("moderator",)), make_panel()
        idea = make_idea("A stowawaymoth", panel=panel, author=member)
        vote_together(idea)
        make_queue_item("flagged", subject=member, author=member, title=NAME)
        deciding.hide(get_subject(f"idea:{idea.id}"), mia, reason="advertising")
        with unit_of_work() as session:
            request = JoinRequest(panel_id=panel.id, member_id=member.id)
            session.add(request)
        requests.refuse_request(mia, request, message=f"Dear {NAME}, not yet.")
        jobs.do_owed()
        assert places_of("stowawaymoth", NAME)
        forget(member, keeps_texts=keeps_texts)
        assert places_of("stowawaymoth", NAME) == set()

    def test_a_mail_to_an_address_from_before_goes_too(self, person):
        mail.post("members/email_changing", to="zinnia@before.example", name=NAME, locale="en", new=EMAIL)
        mail.send_due()
        forget(person, keeps_texts=True)
        assert places_of("zinnia@before.example", NAME) == set()

    def test_what_others_said_stays_on_the_board(self, known, browser_of):
        forget(known.member, keeps_texts=False)
        page = browser_of(known.other).get(f"/ideas/{known.answered_idea.id}").text
        assert "I would buy one at once." in page
        assert "An idea that was taken back" in page
        assert "A former member" in page
        assert browser_of(known.other).get(f"/ideas/{known.lonely_idea.id}").status_code == 404

    def test_texts_that_stay_are_signed_a_former_member(self, known, browser_of):
        forget(known.member, keeps_texts=True)
        board = browser_of(known.other).get(f"/panels/{known.panel.slug}").text
        assert "marmaladefish" in board
        assert "A former member" in board
        assert NAME not in board
        assert browser_of(known.other).get(f"/members/{known.member.id}").status_code == 404


class TestWhatOthersRelyOn:
    def test_votes_and_counts_stand(self, known):
        votes = db.session.scalar(select(func.count()).select_from(Vote))
        forget(known.member, keeps_texts=False)
        assert db.session.scalar(select(func.count()).select_from(Vote)) == votes
        for idea in db.session.scalars(select(Idea)):
            standing = select(func.count()).where(Comment.idea_id == idea.id, Comment.state == "published")
            assert idea.comment_count == db.session.scalar(standing)
        panel = db.session.get(Panel, known.panel.id)
        assert panel.member_count == 1
        listed = select(func.count()).where(Idea.panel_id == panel.id, Idea.is_listed)
        assert panel.idea_count == db.session.scalar(listed)

    def test_the_books_balance_and_keep_every_entry(self, known):
        entries = db.session.scalars(select(LedgerEntry.id)).all()
        forget(known.member, keeps_texts=False)
        assert set(entries) <= set(db.session.scalars(select(LedgerEntry.id)).all())
        assert checking.look_through().mismatch_count == 0

    def test_a_reward_that_waited_is_given_back(self, known):
        forget(known.member, keeps_texts=False)
        states = db.session.execute(
            select(Redemption.state, Reward.kind, Reward.stock_left).join(
                Reward, Reward.id == Redemption.reward_id
            )
        ).all()
        assert sorted(states) == [("fulfilled", "voucher", 0), ("released", "physical", 3)]

    def test_the_site_reads_nothing_by_what_it_learned_from_them(self, known):
        with unit_of_work() as session:
            session.add(
                LearnedModel(
                    task="sentiment",
                    language="en",
                    version=1,
                    state="live",
                    weights={"marmaladefish": 1.0},
                    label_count=200,
                    last_correction_id=10**6,
                )
            )
        forget(known.member, keeps_texts=False)
        assert db.session.scalars(select(LearnedModel)).all() == []

    def test_the_address_can_join_anew(self, person):
        forget(person, keeps_texts=True)
        again = members.create_member(display_name="Somebody new", email=EMAIL, password=PASSWORD)
        assert again.id != person.id

    def test_it_works_through_merges(self, known, browser_of):
        owner = make_member("Omar", roles=("moderator",))
        theirs = make_idea("Somebody else wants this too", panel=known.panel, author=known.other)
        merges.merge_ideas(theirs, into=known.lonely_idea, moderator=owner)
        merges.merge_ideas(known.answered_idea, into=make_idea(panel=known.panel), moderator=owner)
        forget(known.member, keeps_texts=False)
        assert places_of(*PERSON, *PUBLIC, *PRIVATE) == set()
        root = db.session.get(Idea, known.lonely_idea.id)
        assert (root.is_listed, root.title) == (True, "An idea that was taken back")
        page = browser_of(known.other).get(f"/ideas/{root.id}").text
        assert "Somebody else wants this too" in page

    def test_what_was_decided_about_them_is_not_undone_any_more(self, known):
        forget(known.member, keeps_texts=True)
        decision = db.session.scalars(select(Decision)).first()
        moderator = make_member("Mia", roles=("moderator",))
        with pytest.raises(Conflict):
            deciding.undo(decision, moderator)


class TestAskingAndCallingOff:
    def test_it_takes_the_password(self, person):
        with pytest.raises(Invalid):
            actions.ask_to_erase(person, password="guessed", keeps_texts=True)

    def test_nothing_happens_for_a_week_and_it_can_be_called_off(self, person, browser_of):
        actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)
        with clock.stopped_at(clock.now() + timedelta(days=6)):
            assert actions.erase_due() == 0
            members.sign_in(email=EMAIL, password=PASSWORD)
            assert browser_of(person).post("/me/privacy/erase/call-off").status_code == 303
        with clock.stopped_at(clock.now() + timedelta(days=30)):
            assert actions.erase_due() == 0
        assert db.session.get(Member, person.id).display_name == NAME
        with pytest.raises(NotFound):
            actions.call_off(person)

    def test_it_is_told_by_mail_so_that_nobody_does_it_unseen(self, person):
        actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)
        assert any("You asked to be forgotten" in place for place in _subjects())

    def test_one_wish_at_a_time(self, person):
        actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)
        with pytest.raises(Conflict):
            actions.ask_to_erase(person, password=PASSWORD, keeps_texts=False)

    def test_who_holds_a_role_gives_it_back_first(self, person):
        admin = make_member("Ada", roles=("admin",))
        members.grant_role(person, role="owner", panel_id=None, by=admin)
        with pytest.raises(Conflict):
            actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)

    def test_a_role_given_meanwhile_puts_it_off(self, person):
        actions.ask_to_erase(person, password=PASSWORD, keeps_texts=True)
        admin = make_member("Ada", roles=("admin",))
        members.grant_role(person, role="admin", panel_id=None, by=admin)
        with clock.stopped_at(clock.now() + timedelta(days=8)):
            assert actions.erase_due() == 0


class TestBackups:
    def test_whoever_was_forgotten_is_forgotten_again_after_a_restore(self, known):
        # As a backup would bring them back: the log says what the database does not.
        entry = erasure_log.Entry(known.member.id, known.member.joined_at, "2026-01-01", False)
        erasure_log.add(entry)
        erasure_log.add(entry)
        assert actions.replay() == 1
        jobs.do_owed()
        assert places_of(*PERSON, *PUBLIC, *PRIVATE) == set()
        assert actions.replay() == 0

    def test_nobody_else_is_forgotten_who_has_the_number_by_now(self, person):
        entry = erasure_log.Entry(person.id, person.joined_at - timedelta(days=1), "2026-01-01", False)
        erasure_log.add(entry)
        assert actions.replay() == 0
        assert db.session.get(Member, person.id).display_name == NAME

    def test_the_log_holds_a_number_and_days_only(self, person, tmp_path):
        forget(person, keeps_texts=True)
        (line,) = (tmp_path / erasure_log.NAME).read_text().splitlines()
        assert set(json.loads(line)) == {"member", "joined_at", "erased_on", "keeps_texts"}

    def test_administrators_see_until_when_backups_hold_them(self, person, browser_of):
        forget(person, keeps_texts=True)
        admin = make_member("Ada", roles=("admin",))
        page = browser_of(admin).get("/staff/settings/erasures").text
        assert f'<th scope="row">{person.id}</th>' in page
        assert "made before" in page
        assert browser_of(make_member()).get("/staff/settings/erasures").status_code == 403


class TestExport:
    def test_the_copy_holds_all_that_is_known(self, known):
        gathered = gathering.gather(known.member)
        facts = json.dumps(gathering.as_json(gathered), default=str, ensure_ascii=False).casefold()
        for word in (*PERSON, *PUBLIC, *PRIVATE):
            assert word.casefold() in facts, word
        words = " ".join(
            f"{line.words} {line.said}"
            for parts in gathered.values()
            for part in parts.values()
            for line in part.lines
        )
        for word in (NAME, EMAIL, "marmaladefish", "sealedletter", "profilepetal", "parcelstreet"):
            assert word in words, word

    def test_the_copy_gives_no_secret_and_nobody_else_away(self, known):
        facts = json.dumps(gathering.as_json(gathering.gather(known.member)), default=str)
        for word in ("password_hash", "token_hash", "example.org"):
            assert word not in facts.replace(EMAIL, ""), word
        assert "Olive Other" not in facts

    def test_the_copy_does_not_tell_which_moderator_it_was(self, person):
        mia = make_member("Mia", roles=("moderator",))
        item = make_queue_item(subject=make_idea(author=person))
        deciding.warn(get_subject(f"member:{person.id}"), mia, reason="rude")
        with unit_of_work() as session:
            session.add(
                ModerationMessage(
                    item_id=item.id, writer_id=mia.id, is_from_staff=True, body="Do you mean it?"
                )
            )
        gathered = gathering.as_json(gathering.gather(person))
        parts = (*gathered["moderation"].values(), *gathered["activity"].values())
        rows = [row for part in parts for row in part]
        assert any(row.get("body") == "Do you mean it?" for row in rows)
        assert any(row.get("kind") == "member.warned" for row in rows)
        assert all(row.get(name) != mia.id for row in rows for name in ("actor_id", "writer_id"))


def _subjects():
    return db.session.scalars(select(OutgoingMail.subject)).all()
