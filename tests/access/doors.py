"""The kinds of doors of the site, and how each answers everybody; which address has which is in table.txt."""

from typing import NamedTuple

from tests.access.roles import EVERYBODY

# How a door answers.
IN, SIGN_IN, FORBIDDEN, NOT_FOUND = "+", "s", "3", "4"
SHOWN = {IN: "✓", SIGN_IN: "sign in", FORBIDDEN: "403", NOT_FOUND: "404"}
# Whoever is suspended is a visitor, everywhere.
ASKED = tuple(who for who in EVERYBODY if who != "suspended")


class Door(NamedTuple):
    """Who it is for, in words, and a sign for each of `ASKED`."""

    name: str
    says: str
    answers: str

    def answer_to(self, who: str) -> str:
        """How it answers somebody of `EVERYBODY`."""
        return self.answers.replace(" ", "")[ASKED.index("visitor" if who == "suspended" else who)]


# First a visitor, a member, a neighbour (in another private panel) and the author of what it is about, who is
# in the panel; then moderator, owner, analyst and admin, each of the panel, of another one, and of the site.
DOORS: tuple[Door, ...] = (
    Door("everybody", "anybody, signed in or not", "++++ +++ +++ +++ +++"),
    Door("shown", "whoever was shown its address, which cannot be guessed", "++++ +++ +++ +++ +++"),
    Door("link", "whoever holds the secret link; any other one leads nowhere", "4444 444 444 444 444"),
    Door("provider", "everybody, on a site with a sign-in provider", "4444 444 444 444 444"),
    Door("half way", "who has taken the first of two steps; others begin anew", "ssss sss sss sss sss"),
    Door("readers", "whoever may read the panel; for others it does not exist", "444+ +4+ +4+ +4+ +4+"),
    Door("members", "everybody who is signed in, about themselves", "s+++ +++ +++ +++ +++"),
    Door("leaving", "everybody who is signed in; afterwards nobody is", "ssss sss sss sss sss"),
    Door("insiders", "who is in the panel or works on it", "s44+ +4+ +4+ +4+ +4+"),
    Door("other insiders", "who is in the panel or works on it, but not the author", "s443 +4+ +4+ +4+ +4+"),
    Door("author", "only the person it belongs to", "s44+ 444 444 444 444"),
    Door("nobody yet", "only the person it belongs to, once there is something", "s444 444 444 444 444"),
    Door("author and moderators", "who wrote it, and the panel's moderators", "s44+ +4+ 343 343 +4+"),
    Door("curators", "the panel's moderators, on pages that readers see", "s443 +4+ 343 343 +4+"),
    Door("deciders", "the panel's owners, on pages that readers see", "s443 343 +4+ 343 +4+"),
    Door("asked", "who is asked, and who asks", "s44+ 444 +4+ +4+ +4+"),
    Door("answering", "who is asked; those who ask do not answer", "s44+ 444 343 343 343"),
    Door("staff", "all staff; each sees their own panels in it", "s333 +++ +++ +++ +++"),
    Door("text readers", "staff of the panel who read texts", "s333 +4+ +4+ +4+ +4+"),
    Door("text correctors", "owners and moderators of the panel", "s333 +4+ +4+ 343 +4+"),
    Door(
        "answering staff", "owners and moderators; each sees their own panels in it", "s333 +++ +++ 333 +++"
    ),
    Door("case workers", "those who answer for the panel's customers", "s333 +4+ +4+ 333 +4+"),
    Door("site owners and moderators", "owners and moderators of the site", "s333 33+ 33+ 333 33+"),
    Door("moderators", "moderators; each sees their own panels in it", "s333 +++ 333 333 +++"),
    Door("panel moderators", "moderators of the panel", "s333 +4+ 333 333 +4+"),
    Door("sanction", "moderators of the panel that the sanction holds in", "s333 +3+ 333 333 +3+"),
    Door(
        "vote care", "moderators of the panel, for whom the owner's desk leads here", "s333 +4+ 343 333 +4+"
    ),
    Door("people of a panel", "moderators of the panel; analysts work beside it", "s333 +4+ 333 343 +4+"),
    Door("site moderators", "moderators of the site", "s333 33+ 333 333 33+"),
    Door("askers", "owners and analysts; each sees their own panels in it", "s333 333 +++ +++ +++"),
    Door("survey makers", "owners and analysts of every panel it asks or tells of", "s333 333 +4+ +4+ +4+"),
    Door("site askers", "owners and analysts of the site", "s333 333 33+ 33+ 33+"),
    Door("own files", "owners and analysts, only the file they asked for themselves", "s333 333 444 444 444"),
    Door("site owners", "owners of the site", "s333 333 33+ 333 33+"),
    Door("analysts", "analysts; each sees their own panels in it", "s333 333 333 +++ +++"),
    Door("report makers", "analysts of every panel in it; the panels' owners read", "s333 333 343 +4+ +4+"),
    Door("template keepers", "analysts of every panel in it", "s333 333 444 +4+ +4+"),
    Door("site analysts", "analysts of the site", "s333 333 333 33+ 33+"),
    Door("panel list", "moderators, analysts and admins; each sees their own panels", "s333 +++ 333 +++ +++"),
    Door("panel admins", "admins of the panel; other staff work beside it", "s333 343 333 343 +4+"),
    Door("panel keepers", "admins of the panel", "s333 333 333 333 +4+"),
    Door("admins", "admins; each sees their own panels in it", "s333 333 333 333 +++"),
    Door("site admins", "admins of the site", "s333 333 333 333 33+"),
    Door("hidden from panel admins", "admins of the site; it hides from others", "s333 333 333 333 44+"),
)
BY_NAME = {door.name: door for door in DOORS}
