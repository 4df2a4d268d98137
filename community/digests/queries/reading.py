"""Reading a digest as its member may see it now: what they may no longer read is left out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select, true

from community.customers.queries import facts
from community.digests import wording
from community.digests.models import Digest, DigestOpinion
from community.feedback.models import FeedbackItem
from community.ideas.models import Idea
from community.ideas.queries.cards import Card, as_card, select_cards
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.text import excerpt
from community.members.models import Member
from community.panels.queries import readable_panel_ids
from community.surveys.queries.mine import OpenSurvey, list_open

Parts = Sequence[Mapping[str, Any]]
EXCERPT = 120


class News(NamedTuple):
    """What became of something the member said or supports, in a sentence; `said` is the answer."""

    sentence: str
    title: str
    path: str
    said: str = ""


class Picked(NamedTuple):
    """An idea the member may like, why it is shown, and what they said to it."""

    card: Card
    why: str
    opinion: str


class Content(NamedTuple):
    """What stands in a digest."""

    news: Sequence[News] = ()
    delivered: Sequence[Card] = ()
    picks: Sequence[Picked] = ()
    questions: Sequence[OpenSurvey] = ()

    def __bool__(self) -> bool:
        return any(self)


def find_newest(member: Member) -> Digest | None:
    """The member's last digest in which there was something."""
    newest = select(Digest).where(Digest.member_id == member.id).order_by(Digest.week_on.desc()).limit(10)
    return next((digest for digest in db.session.scalars(newest) if digest.parts), None)


def get_reader(member_id: int) -> Member:
    """Whose digest it was; NotFound once they are no longer here."""
    member = db.session.get(Member, member_id)
    if member is None or member.state != "active":
        raise NotFound()
    return member


def get_shown_idea(idea_id: int, member: Member) -> Idea:
    """An idea that a digest showed the member and they may still read; NotFound for any other."""
    idea = db.session.scalar(
        select(Idea).where(
            Idea.id == idea_id, Idea.state == "published", Idea.panel_id.in_(readable_panel_ids(member))
        )
    )
    shown = db.session.scalars(select(Digest.parts).where(Digest.member_id == member.id))
    if idea is None or not any(
        part["part"] == "pick" and part["id"] == idea_id for parts in shown for part in parts
    ):
        raise NotFound()
    return idea


def find_opinion(member_id: int, idea_id: int) -> DigestOpinion | None:
    """What the member last said to the idea."""
    return db.session.get(DigestOpinion, (member_id, idea_id))


def read(parts: Parts, member: Member, *, locale: str, asking: Sequence[OpenSurvey] | None = None) -> Content:
    """The parts as the member may see them now; `asking` if it is known which surveys ask them."""
    cards = _cards(member, _idea_ids(parts), locale=locale)
    picks = [part for part in parts if part["part"] == "pick" and part["id"] in cards]
    names = facts.name_standing(member) if any(part["why"] in ("interest", "wish") for part in picks) else {}
    opinions = _opinions(member, [part["id"] for part in picks])
    if asking is None:
        asking = list_open(member) if any(part["part"] == "question" for part in parts) else ()
    by_id = {each.survey.id: each for each in asking}
    return Content(
        news=_news(parts, member, cards),
        delivered=[
            cards[part["id"]] for part in parts if part["part"] == "delivered" and part["id"] in cards
        ],
        picks=[
            Picked(
                cards[part["id"]],
                wording.why(part["why"], _named(part, cards, names), panel=cards[part["id"]].panel_name),
                opinions.get(part["id"], ""),
            )
            for part in picks
        ],
        questions=[by_id[part["id"]] for part in parts if part["part"] == "question" and part["id"] in by_id],
    )


def _idea_ids(parts: Parts) -> set[int]:
    ids = {part["id"] for part in parts if part["part"] in ("pick", "delivered")}
    ids |= {part["id"] for part in parts if part["part"] == "news" and part["subject"] == "idea"}
    return ids | {part["about"] for part in parts if part.get("why") in wording.ABOUT_IDEAS}


def _cards(member: Member, idea_ids: Collection[int], *, locale: str) -> Mapping[int, Card]:
    if not idea_ids:
        return {}
    rows = db.session.execute(
        select_cards(is_signed_in=True).where(
            Idea.id.in_(idea_ids), Idea.is_listed == true(), Idea.panel_id.in_(readable_panel_ids(member))
        ),
        {"viewer_id": member.id},
    )
    return {card.id: card for card in (as_card(row, locale) for row in rows)}


def _news(parts: Parts, member: Member, cards: Mapping[int, Card]) -> list[News]:
    of_news = [part for part in parts if part["part"] == "news"]
    items = _items(member, [part["id"] for part in of_news if part["subject"] == "item"])
    news = []
    for part in of_news:
        if part["subject"] == "idea" and part["id"] in cards:
            card = cards[part["id"]]
            path = f"/ideas/{card.id}" + (f"-{card.slug}" if card.slug else "")
            news.append(News(wording.news_of_idea(part["what"]), card.title, path, card.response_excerpt))
        elif part["subject"] == "item" and part["id"] in items:
            title = items[part["id"]]
            news.append(News(wording.news_of_words(part["what"]), title, f"/me/said/{part['id']}"))
    return news


def _items(member: Member, item_ids: Collection[int]) -> Mapping[int, str]:
    if not item_ids:
        return {}
    rows = db.session.execute(
        select(FeedbackItem.id, FeedbackItem.title, func.substr(FeedbackItem.text, 1, EXCERPT + 1)).where(
            FeedbackItem.id.in_(item_ids),
            FeedbackItem.author_id == member.id,
            FeedbackItem.state != "withdrawn",
        )
    )
    return {item_id: title or excerpt(text, EXCERPT) for item_id, title, text in rows}


def _opinions(member: Member, idea_ids: Collection[int]) -> Mapping[int, str]:
    if not idea_ids:
        return {}
    rows = db.session.execute(
        select(DigestOpinion.idea_id, DigestOpinion.opinion).where(
            DigestOpinion.member_id == member.id, DigestOpinion.idea_id.in_(idea_ids)
        )
    )
    return {row.idea_id: row.opinion for row in rows}


def _named(part: Mapping[str, Any], cards: Mapping[int, Card], names: Mapping[str | int, str]) -> str:
    about = part["about"]
    if part["why"] in wording.ABOUT_IDEAS:
        return cards[about].title if about in cards else ""
    return names.get(about, "") if about is not None else ""
