"""All that points and rewards hold of a panel: a reward with a picture, somebody who redeemed."""

import io

from PIL import Image

from community.infra.db import unit_of_work
from community.infra.images import CleanImage, read_image
from community.loyalty.actions import redeeming, referring, rewards
from community.loyalty.actions.adjusting import ask_for_adjustment
from community.loyalty.models import Ring
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.loyalty import give_points
from tests.factories.members import make_member


def reward_everything(panel: Panel, *, insider: Member, word: str) -> dict[str, list[str]]:
    """What addresses are filled in with, by name, once the insider has redeemed a reward about `word`."""
    ada = make_member("Admin", roles=("admin",))
    texts = {"en": f"A reward with {word}"}
    reward = rewards.create_reward(
        ada,
        kind="physical",
        settings={
            "name": texts, "text": texts, "handover": texts, "picture_text": texts, "cost": 10,
            "stock_left": 5, "panel_id": panel.id,
        },
        picture=_image(),
    )  # fmt: skip
    rewards.offer_reward(ada, reward)
    give_points(insider, 500)
    redemption = redeeming.redeem(insider, reward, form_key="a" * 32, address=f"{word} street 1")
    adjustment = ask_for_adjustment(insider, ada, amount=300, reason=f"For {word}.")
    with unit_of_work() as session:
        ring = Ring(
            member_id=insider.id, reciprocity=1, concentration=1, volume=9, partner_ids=[ada.id], note=word
        )
        session.add(ring)
    return {
        "reward_id": [str(reward.id)],
        "redemption_id": [str(redemption.id)],
        "adjustment_id": [str(adjustment.id)],
        "ring_id": [str(ring.id)],
        "tier_id": [str(tier.id) for tier in all_tiers()],
        "rule": ["idea_accepted"],
        "code": [referring.code_of(insider)],
        "key": [str(reward.picture_key)],
    }


def _image() -> CleanImage:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "gold").save(file, "PNG")
    return read_image(file.getvalue())
