"""What the weekly digest looks like in each language, kept to be compared.

`python -m tests.digests.golden` writes the pictures anew, for whoever has changed words on purpose and then
reads the difference.
"""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from community.config import LOCALES
from community.digests import wording
from community.digests.queries.reading import Content, News, Picked
from community.infra import clock, language, mail
from tests.notifications.golden import ENDING, HOST, NOW, SURVEY, small_app

FOLDER = Path(__file__).parent / "golden"
PAPER: Any = SimpleNamespace(
    id=12, title="Cards made of <hay>", excerpt="They smell of summer.", response_excerpt="We found a mill."
)
REASONS = ("supported", "wrote", "followed", "more", "interest", "wish", "popular", "fresh", "chance")
STEPS = ("answered", "submitted", "under_review", "planned", "in_progress", "declined", "delivered")
OPEN: Any = SimpleNamespace(survey=SURVEY)


def render(locale: str) -> dict[str, str]:
    """File name → content, of a digest in which everything occurs."""
    with language.writing_to(locale, "Asia/Shanghai"):
        of_ideas = [
            News(wording.news_of_idea(what), "更厚的纸", "/ideas/9", "We order it in May.") for what in STEPS
        ]
        of_words = [
            News(wording.news_of_words(what), "It came late.", "/me/said/4")
            for what in ("answered", "decided")
        ]
        picks = [Picked(PAPER, wording.why(why, "Music & more", panel="Families"), "") for why in REASONS]
    content = Content(news=[*of_ideas, *of_words], delivered=[PAPER], picks=picks, questions=[OPEN])
    written = mail.write(
        "digests/weekly",
        locale=locale,
        zone="Asia/Shanghai",
        name="林晓",
        content=content,
        opinion_url=lambda idea_id, opinion: f"{HOST}/digest/{idea_id}-{opinion}",
        **ENDING,
    )
    return {
        f"{locale}/weekly.txt": f"{written.subject}\n\n{written.body}",
        f"{locale}/weekly.html": written.html,
    }


def renew() -> None:
    """Write all pictures anew."""
    with tempfile.TemporaryDirectory() as folder:
        app = small_app(Path(folder))
        with app.app_context(), clock.stopped_at(NOW):
            for locale in LOCALES:
                for name, content in render(locale).items():
                    path = FOLDER / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    renew()
