"""What an idea or comment can have become, who still sees it, and one of each for whoever walks by."""

from typing import Any, NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from community.ideas.actions import comments, merges
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.members.models import Member, RoleGrant
from tests.access.whole import NAMES
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

VIEWERS = (
    "visitor", "member", "insider", "author", "moderator (panel)", "moderator (elsewhere)", "owner (panel)",
    "analyst (panel)", "admin (site)",
)  # fmt: skip
_PANEL_STAFF = {"moderator (panel)", "owner (panel)", "analyst (panel)", "admin (site)"}
_READERS = {"insider", "author"} | _PANEL_STAFF
_MODERATORS = {"moderator (panel)", "admin (site)"}

# State → who sees it; for all others it does not exist.
SEEN_BY: dict[str, set[str]] = {
    "in an open panel": set(VIEWERS),
    "in a panel for members": _READERS,
    "in a private panel": _READERS,
    "in an archived private panel": _READERS,
    "merged into another idea": _READERS,
    "waiting for a moderator": {"author"} | _MODERATORS,
    "hidden by a moderator": {"author"} | _MODERATORS,
    "deleted": _MODERATORS,
    "a comment that waits": {"author"} | _MODERATORS,
    "a comment that was hidden": {"author"} | _MODERATORS,
    # What it said before, that is; the comment itself is shown to nobody.
    "a comment that was deleted": _MODERATORS,
    "a comment below an idea that waits": {"author"} | _MODERATORS,
    "a comment below a deleted idea": _MODERATORS,
}
STATES = tuple(SEEN_BY)


class Thing(NamedTuple):
    """An idea, or a comment below one."""

    idea_id: int
    comment_id: int | None

    def path(self, rule: Rule) -> str:
        """An address about it."""
        values = {"idea_id": self.idea_id, "comment_id": self.comment_id, "slug": "x", "key": "0" * 32}
        return NAMES.sub(lambda found: str(values[found[1]]), rule.rule)


def rules_about(app: Flask, thing: Thing) -> list[Rule]:
    """Every address of members' pages that is about such a thing."""
    name = "idea_id" if thing.comment_id is None else "comment_id"
    return [
        rule
        for rule in app.url_map.iter_rules()
        # Where there is no picture the address is of none.
        if rule.endpoint.startswith("ideas.") and name in rule.arguments and "key" not in rule.arguments
    ]


def make_things() -> tuple[dict[str, Thing], dict[str, Member]]:
    """One of each state, and one of each who looks but the visitor."""
    insider, author = make_member("Insider"), make_member("Author")
    panels = {
        visibility: make_panel(visibility=visibility, members=(insider, author))
        for visibility in ("open", "members", "private")
    }
    archived = make_panel(visibility="private", members=(insider, author))
    private = panels["private"]
    people = {"insider": insider, "author": author, "member": make_member("Member")}
    for role in ("moderator", "owner", "analyst"):
        people[f"{role} (panel)"] = make_member(roles=(role,), panel_id=private.id)
    people["moderator (elsewhere)"] = make_member(roles=("moderator",), panel_id=make_panel().id)
    people["admin (site)"] = make_member(roles=("admin",))
    for panel in (panels["members"], archived):
        _let_work(panel.id, *(people[name] for name in _PANEL_STAFF - {"admin (site)"}))

    def idea(panel: Any = private, **values: Any) -> Idea:
        return make_idea(panel=panel, author=author, **values)

    merged = idea()
    merges.merge_ideas(merged, into=idea(), moderator=people["admin (site)"])
    things = {
        "in an open panel": Thing(idea(panels["open"]).id, None),
        "in a panel for members": Thing(idea(panels["members"]).id, None),
        "in a private panel": Thing(idea().id, None),
        "in an archived private panel": Thing(idea(archived).id, None),
        "merged into another idea": Thing(merged.id, None),
        "waiting for a moderator": Thing(idea(state="waiting").id, None),
        "hidden by a moderator": Thing(idea(state="hidden").id, None),
        "deleted": Thing(idea(state="deleted").id, None),
        "a comment that waits": _comment(idea(), author, state="waiting"),
        "a comment that was hidden": _comment(idea(), author, state="hidden"),
        "a comment that was deleted": _comment(idea(), author, state="deleted"),
        "a comment below an idea that waits": _comment(idea(), insider, below="waiting"),
        "a comment below a deleted idea": _comment(idea(), author, below="deleted"),
    }
    with unit_of_work():
        archived.archived_at = clock.now()
    return things, people


def _comment(idea: Idea, author: Member, *, state: str = "published", below: str = "published") -> Thing:
    said = comments.add_comment(idea, author, body="Said below it")
    with unit_of_work():
        lock(Comment, said.id).state = state
        lock(Idea, idea.id).state = below
    return Thing(idea.id, said.id)


def _let_work(panel_id: int, *people: Member) -> None:
    with unit_of_work() as session:
        for person in people:
            role = person.roles[0].role
            session.add(RoleGrant(member_id=person.id, role=role, panel_id=panel_id))
