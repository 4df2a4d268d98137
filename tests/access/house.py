"""A private panel full of words that exist nowhere else, for whoever walks through all addresses."""

import io
from dataclasses import dataclass
from datetime import timedelta

from community.activity.actions import follow_due
from community.cases.actions import promises, replies, themes
from community.feedback.actions import correct, upload_import
from community.ideas.actions import comments, merges, responses, statuses, votes
from community.infra import clock
from community.members.models import Member
from community.panels.models import Panel
from tests.access.asked import ask_everything
from tests.access.kept import keep_everything
from tests.access.reported import report_everything
from tests.access.rewarded import reward_everything
from tests.factories.cases import make_case
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

CANARY = "kanarienvogel"


@dataclass
class House:
    """The panel, somebody inside, and what any address could be filled in with."""

    panel: Panel
    insider: Member
    values: dict[str, list[str]]


def furnish() -> House:
    """A private panel in which everything that can be said has been said."""
    insider = make_member(f"Insider {CANARY}")
    panel = make_panel(
        f"Panel {CANARY}", slug=f"panel-{CANARY}", description=CANARY, visibility="private",
        admission="invitation", members=(insider,),
        translations={"zh_Hans": {"name": CANARY, "description": CANARY}},
    )  # fmt: skip
    owner = make_member(f"Owner {CANARY}", roles=("owner", "moderator"), panel_id=panel.id)
    idea = make_idea(f"An idea about {CANARY}", panel=panel, author=insider, body=CANARY, tags=(CANARY,))
    other = make_idea(f"Another idea about {CANARY}", panel=panel, author=insider, body=f"More {CANARY}")
    comment = comments.add_comment(idea, insider, body=f"Comment {CANARY}")
    votes.support_idea(idea, insider)
    statuses.change_status(idea, owner, status="planned", message=f"Message {CANARY}")
    responses.give_response(idea, owner, body=f"Response {CANARY}")
    merges.merge_ideas(other, into=idea, moderator=owner)
    item = make_read_item(f"A complaint about {CANARY}", panel=panel, author=insider, ask_reason="random")
    make_read_item(f"Nobody can read about {CANARY}", panel=panel, author=insider, state="failed")
    correct(item, owner, field="kind", value="complaint")
    case = make_case(items=(item,), owner=owner)
    replies.reply(case, owner, body=f"Reply {CANARY}")
    replies.add_note(case, owner, body=f"Note {CANARY}")
    day = clock.today() + timedelta(days=3)
    promises.make_promise(case, owner, words=f"Promise {CANARY}", promised_on=day)
    theme = themes.open_theme_case(panel, owner, title=f"A theme about {CANARY}", item_ids=[item.id])
    begun = upload_import(
        owner, panel, name=CANARY, file_name=f"{CANARY}.csv", source=io.BytesIO(f"text\n{CANARY}\n".encode())
    )
    asked = ask_everything(panel, insider=insider, owner=owner, idea=idea, word=CANARY)
    rewarded = reward_everything(panel, insider=insider, word=CANARY)
    kept = keep_everything(panel, insider=insider, owner=owner, idea=idea, word=CANARY)
    reported = report_everything(panel, item_id=item.id, word=CANARY)
    follow_due()
    kept_ids = {int(number) for name in ("queue_item_id", "kept_idea_id") for number in kept[name]}
    rows = (idea, other, panel, comment, insider, owner, item, case, theme, begun)
    numbers = [str(number) for number in sorted({row.id for row in rows} | kept_ids)]
    return House(
        panel,
        insider,
        {
            "slug": [panel.slug, "x"],
            "token": ["x" * 43],
            **dict.fromkeys(
                (
                    "idea_id",
                    "panel_id",
                    "comment_id",
                    "member_id",
                    "notice_id",
                    "item_id",
                    "case_id",
                    "import_id",
                ),
                numbers,
            ),
            **asked,
            **rewarded,
            **kept,
            **reported,
            "code": [*asked["code"], *rewarded["code"]],
            "key": [*asked["key"], *rewarded["key"]],
        },
    )
