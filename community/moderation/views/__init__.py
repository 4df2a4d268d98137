"""What members see and do of moderation: flags, decisions about their own texts, appeals, trust."""

from datetime import timedelta

from flask.blueprints import BlueprintSetupState
from flask_babel import format_timedelta

from community.infra.web import MemberBlueprint
from community.moderation import telling, trust_words
from community.moderation.flags import LABELS

blueprint = MemberBlueprint("moderation", __name__)


def show_duration(value: timedelta) -> str:
    """How long something took, in the reader's language."""
    return str(format_timedelta(value, threshold=1.2))


def _teach(state: BlueprintSetupState) -> None:
    """Give templates the sentences that notices, mails and pages share."""
    words = {"moderation_words": telling, "trust_words": trust_words, "flag_words": LABELS}
    state.app.jinja_env.globals.update(words)
    state.app.jinja_env.filters["duration"] = show_duration


blueprint.record_once(_teach)

# Each of these adds its pages to the blueprint.
from community.moderation.views import asked, flags, log, mine, trust  # noqa: E402

__all__ = ["asked", "blueprint", "flags", "log", "mine", "trust"]
