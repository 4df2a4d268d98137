"""What mails and notices look like in each language, kept to be compared.

`python -m tests.notifications.golden` writes the pictures anew, for whoever has changed words on purpose and
then reads the difference.
"""

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask

from community import create_app
from community.config import LOCALES
from community.infra import clock, language, mail
from community.notifications import topics
from community.notifications.actions.writing import Line, sentence_of
from community.notifications.queries.inbox import Told

FOLDER = Path(__file__).parent / "golden"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOW = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
HOST = "https://board.example"
LINK = f"{HOST}/a-link"
ENDING = {"base_url": HOST, "stop_url": f"{HOST}/notices/stop/a-token"}
SURVEY = SimpleNamespace(
    id=7, title={"en": "About the shop", "zh_Hans": "关于商店"}, purpose={"en": "We plan the autumn."},
    minutes=4, closes_at=NOW,
)  # fmt: skip
LINES = (
    Line("Ben Okoro replied to you on “Cards”", "Yes & <please>.", "It answers you.", f"{HOST}/inbox/1", NOW),
    Line("“Cards that sing” was joined to “Music”", "", "You support this idea.", f"{HOST}/inbox/2", NOW),
)  # fmt: skip

# template → what it is filled in with, besides the reader's name
MAILS: Mapping[str, Mapping[str, Any]] = {
    "members/already_here": {"sign_in": LINK, "forgotten": LINK},
    "members/change_email": {"link": LINK},
    "members/email_changing": {"forgotten": LINK},
    "members/mail_again": {"link": LINK},
    "members/password_changed": {"parted_from": "", "forgotten": LINK},
    "members/reset_password": {"link": LINK},
    "members/second_step_asked": {"due_at": NOW, "link": LINK},
    "members/sign_in_changed": {
        "what": "code_used", "left": 9, "is_last": True, "provider": "", "parted_from": "",
        "security": LINK, "forgotten": LINK,
    },
    "members/verify": {"link": LINK},
    "moderation/appeal_refused": {"answer": "We looked at it twice.", "link": LINK},
    "moderation/let_in": {"answer": "You were right.", "link": LINK},
    "moderation/suspended": {"why": "It was advertising.", "message": "Three times.", "link": LINK},
    "notifications/told": {
        "subject": "Ben Okoro replied to you on “Cards that sing”, and 4 more",
        "groups": [("Replies to you", LINES[:1]), ("News on ideas", LINES[1:])],
        "more": 3, **ENDING,
    },
    "panels/invitation": {"link": LINK, "days": 14},
    "privacy/erasure_asked": {"due_at": NOW, "page": LINK},
    "surveys/invitation": {"survey": SURVEY, **ENDING},
    "surveys/reminder": {"survey": SURVEY, **ENDING},
}  # fmt: skip
# Their tests keep what they look like, with all that hangs on them.
ELSEWHERE = ("digests/weekly",)

TEXTS = {"en": "Music", "zh_Hans": "音乐", "zh_Hant": "音樂"}
COMMON: Mapping[str, Any] = {
    "title": "Cards that sing", "message": "We begin in May.", "excerpt": "Thank you for telling us.",
    "into_title": "Music", "to_status": "planned", "promised_on": "2026-05-31", "look_again_on": None,
    "promise": "A first card.",
    "reason": "The maker is late.", "outcome": "solved", "rating": 4, "note": "Please look.",
    "points": 15,
    "amount": 15, "count": 2, "missing": 40, "name": TEXTS, "below_name": TEXTS, "was": TEXTS,
    "benefits": TEXTS, "panel": TEXTS, "decision": "admitted", "minutes": 4, "told": "",
    "expires_at": NOW.isoformat(), "until": NOW.isoformat(), "rule": "idea_accepted",
    "verb": "hide", "type": "comment",
    "is_by_flags": False, "is_agreed": True, "state": "upheld", "answer": "We looked at it twice.",
    "from_level": 1, "to_level": 2, "decision_id": 1,
}  # fmt: skip
OWN: Mapping[str, Mapping[str, Any]] = {
    **{kind: {"title": TEXTS, "excerpt": TEXTS} for kind in topics.KINDS if kind.startswith("surveys.")},
    "moderation.decided": {"reason": "rude"},
    "moderation.trust_changed": {"reason": "days_here"},
}


def render_mail(template: str, locale: str) -> dict[str, str]:
    """File name → content, of one mail in one language."""
    written = mail.write(template, locale=locale, zone="Asia/Shanghai", name="林晓", **MAILS[template])
    stem = f"{locale}/{template.replace('/', '.')}"
    files = {f"{stem}.txt": f"{written.subject}\n\n{written.body}"}
    return files | ({f"{stem}.html": written.html} if written.html else {})


def render_sentence(kind: str) -> str:
    """What a notice says in all languages, one below the other."""
    told = Told(
        id=1, kind=kind, why="", data={**COMMON, **OWN.get(kind, {})}, created_at=NOW, read_at=None,
        actor_id=2, actor_full_name="Ben Okoro", actor_alias=None, actor_picture_key=None, names_shown=None,
    )  # fmt: skip
    lines = []
    for locale in LOCALES:
        with language.writing_to(locale, "Asia/Shanghai"):
            lines.append(" | ".join((*sentence_of(told), str(told.reason))))
    return "\n".join(lines)


def small_app(folder: Path) -> Flask:
    """An app that only writes; it needs no database."""
    return create_app({"INSTANCE": folder, "BASE_URL": HOST, "SITE_NAME": "", "SECRET_KEY": "golden"})


def templates_of_mails() -> set[str]:
    """All mails there are."""
    return {
        str(path.relative_to(TEMPLATES / "emails").with_suffix(""))
        for path in (TEMPLATES / "emails").rglob("*.txt")
        if not path.name.startswith("_")
    }


def kinds_of_notices() -> list[str]:
    """All notices there are: "ideas.merged" is told by ideas/notices/merged.html."""
    return sorted(
        f"{path.parts[-3]}.{path.stem}"
        for path in TEMPLATES.glob("*/notices/*.html")
        if not path.name.startswith("_")
    )


def renew() -> None:
    """Write all pictures anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        small_app(Path(folder)).app_context(),
        clock.stopped_at(NOW),
    ):
        for old in FOLDER.rglob("*.*"):
            old.unlink()
        pictures = {"sentences.json": sentences()}
        for template in MAILS:
            for locale in LOCALES:
                pictures |= render_mail(template, locale)
        for name, content in pictures.items():
            path = FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def sentences() -> str:
    """The sentences of all notices, as they are kept."""
    told = {kind: render_sentence(kind).split("\n") for kind in kinds_of_notices()}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    renew()
