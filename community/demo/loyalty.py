"""How members are thanked: the programme is set up, points mature and expire day by day, some are spent.

What they earn follows from what they do, as on any site; nothing here gives points for contributions.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from community.demo import content, pictures
from community.demo.stage import Stage, Step
from community.ideas.actions.helpful import find_helpful
from community.ideas.jobs import accept_supported
from community.infra import clock
from community.infra.db import get_row
from community.infra.images import read_image
from community.loyalty import jobs
from community.loyalty.actions import (
    adjusting,
    awarding,
    codes,
    fulfilling,
    ladder,
    redeeming,
    referring,
    rewards,
)
from community.loyalty.actions.programme import change_programme
from community.loyalty.actions.rules import change_rule
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.models import Redemption, Reward
from community.loyalty.queries import awards
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.rules import standing
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member, RoleGrant

# The key of the colleague.
COLLEAGUE = "ines"
# Points mature and expire day by day from here on; tiers are looked at month by month.
BEGAN = 179
MONTH = 30
# The books were looked through each night, of which the last ones are kept.
CHECKED = 5
# Rewards were put into the catalogue once the first points had matured.
OFFERED = 165
# So many of the comments helped somebody besides those who support the idea anyway.
HELPFUL_SHARE = 0.15


def colleague_of(ada: Member, *, joined_at: datetime) -> Member:
    """A colleague of the administrator, so that there are two people where two are needed."""
    text = content.read("loyalty")["colleague"]
    email = content.email_of(COLLEAGUE)
    return Member(
        display_name=text["name"],
        email=email,
        email_folded=email,
        password_hash=ada.password_hash,
        locale=text["locale"],
        time_zone=text["time_zone"],
        joined_at=joined_at,
        last_active_at=ada.last_active_at,
        roles=[RoleGrant(role="admin")],
    )


def stand_from_the_start(stage: Stage) -> None:
    """The rules that the site came with have stood since the demo community opened, not since today."""
    for rule in CONTRIBUTIONS:
        standing(rule).made_at = stage.at(BEGAN + 1)


def plan(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """When the programme changes, days pass, rewards are offered and points are given or spent by hand."""
    house = content.read("loyalty")
    for change in house["programme"]:
        yield stage.at(change["days"]), lambda c=change: _set(stage, c)  # type: ignore[misc]
    for change in house["rule"]:
        yield stage.at(change["days"]), lambda c=change: _rule(stage, c)  # type: ignore[misc]
    for tier in house["tier"]:
        yield stage.at(BEGAN), lambda t=tier: _say_what_it_brings(stage, t)  # type: ignore[misc]
    for friend in house["friend"]:
        moment = stage.members[friend["friend"]].joined_at + timedelta(minutes=1)
        yield moment, lambda f=friend: _come_by_link(stage, f)  # type: ignore[misc]
    for denial in house["denial"]:
        yield stage.at(denial["days"]), lambda d=denial: _deny_one(stage, d)  # type: ignore[misc]
    yield from _plan_days(stage)
    yield from _plan_help(stage)
    yield from _plan_rewards(stage, house["reward"])
    yield from _plan_wishes(stage, house["wish"])
    yield from _plan_adjustments(stage, house["adjustment"])


def _set(stage: Stage, text: Mapping[str, Any]) -> None:
    change_programme(text["values"], by=stage.members["ada"])


def _rule(stage: Stage, text: Mapping[str, Any]) -> None:
    seen = standing(text["rule"]).number
    change_rule(text["rule"], text["values"], by=stage.members["ada"], seen=seen)


def _plan_days(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """What the clock does of itself."""
    for days in range(BEGAN, -1, -1):
        yield stage.at(days + 0.02), _pass_night
        if days % MONTH == 0:
            yield stage.at(days + 0.015), jobs.count_due_for_tiers
        if days <= CHECKED:
            yield stage.at(days + 0.01), jobs.check_books


def _pass_night() -> None:
    accept_supported()
    jobs.mature_waiting()
    jobs.expire_due()
    jobs.warn_of_expiry()


def _plan_help(stage: Stage) -> Iterator[tuple[datetime, Step]]:
    """Some comments help some of the people who read them."""
    dice = random.Random("helpful")
    for panel_key in stage.panels:
        people = [
            person["key"]
            for person in content.list_members()
            if panel_key in person["panels"] and "role" not in person
        ]
        for idea in content.list_ideas(panel_key):
            for number, comment in enumerate(idea.get("comment", ())):
                if dice.random() < HELPFUL_SHARE:
                    readers = [key for key in people if key != comment["by"]]
                    for reader in dice.sample(readers, dice.randint(1, 3)):
                        moment = stage.at(comment["days_ago"] * dice.uniform(0.1, 0.8))
                        yield moment, lambda i=idea, n=number, r=reader: _find_helpful(stage, i, n, r)  # type: ignore[misc]


def _find_helpful(stage: Stage, idea: Mapping[str, Any], number: int, reader: str) -> None:
    if stage.members[reader].joined_at < clock.now():
        find_helpful(stage.comments[idea["key"], number], stage.members[reader])


def _say_what_it_brings(stage: Stage, text: Mapping[str, Any]) -> None:
    tier = next(tier for tier in all_tiers() if tier.threshold == text["threshold"])
    kept = {name: getattr(tier, name) for name in ("name", "threshold", "active_months", "look")}
    ladder.save_tier(tier, by=stage.members["ada"], values={**kept, "benefits": text["benefits"]})


def _come_by_link(stage: Stage, text: Mapping[str, str]) -> None:
    code = referring.code_of(stage.members[text["inviter"]])
    referring.note_friend(stage.members[text["friend"]], code=code)


def _deny_one(stage: Stage, text: Mapping[str, Any]) -> None:
    """The oldest that waits in the panel, if any does."""
    moderator = stage.members[text["by"]]
    page = awards.list_waiting(
        besides=moderator, panel_ids={stage.panels[text["panel"]].id}, rule="idea_accepted", number=1
    )
    for row in page.items[:1]:
        awarding.deny([awards.get_award(row.id)], by=moderator, note=text["note"])


def _plan_rewards(stage: Stage, texts: list[dict[str, Any]]) -> Iterator[tuple[datetime, Step]]:
    for text in texts:
        yield stage.at(OFFERED), lambda t=text: _offer(stage, t)  # type: ignore[misc]
        if "withdrawn" in text:
            yield stage.at(text["withdrawn"]), lambda t=text: _withdraw(stage, t)  # type: ignore[misc]


def _offer(stage: Stage, text: Mapping[str, Any]) -> None:
    ada = stage.members["ada"]
    tiers = {tier.threshold: tier.id for tier in all_tiers()}
    reward = rewards.create_reward(
        ada,
        kind=text["kind"],
        settings={
            "name": text["name"],
            "text": text.get("text", {}),
            "handover": text.get("handover", {}),
            "picture_text": text.get("picture", {}),
            "cost": text["cost"],
            "unit_cost": text.get("unit_cost"),
            "stock_left": text.get("stock"),
            "per_member": text.get("per_member"),
            "per_days": text.get("per_days"),
            "tier_id": tiers[text["tier"]] if "tier" in text else None,
            "panel_id": stage.panels[text["panel"]].id if "panel" in text else None,
        },
        picture=read_image(pictures.draw(text.get("drawn", text["key"]))) if "picture" in text else None,
    )
    stage.rewards[text["key"]] = reward.id
    if "codes" in text:
        dice = random.Random(text["key"])
        fresh = [f"LF-{dice.randrange(10**8):08}" for _code in range(text["codes"])]
        codes.add_codes(ada, reward, codes=fresh)
    if not text.get("draft"):
        rewards.offer_reward(ada, reward)


def _withdraw(stage: Stage, text: Mapping[str, Any]) -> None:
    rewards.withdraw_reward(stage.members["ada"], get_row(Reward, stage.rewards[text["key"]]))


def _plan_wishes(stage: Stage, texts: list[dict[str, Any]]) -> Iterator[tuple[datetime, Step]]:
    for number, text in enumerate(texts):
        yield stage.at(text["days"]), lambda t=text, n=number: _redeem(stage, t, n)  # type: ignore[misc]
        if "then" in text:
            yield stage.at(text["then"]["days"]), lambda t=text, n=number: _answer(stage, t["then"], n)  # type: ignore[misc]


def _redeem(stage: Stage, text: Mapping[str, Any], number: int) -> None:
    """Redeem it, or go on saving: how much somebody has by then hangs on the day on which all this began."""
    member, reward = stage.members[text["by"]], get_row(Reward, stage.rewards[text["reward"]])
    if balances_of(member.id).available < reward.cost:
        return
    redemption = redeeming.redeem(member, reward, form_key=f"{number:032x}", address=text.get("address", ""))
    stage.redemptions[number] = redemption.id


def _answer(stage: Stage, text: Mapping[str, Any], number: int) -> None:
    if number not in stage.redemptions:
        return
    redemption = get_row(Redemption, stage.redemptions[number])
    decide = fulfilling.fulfil if text["does"] == "hand_over" else fulfilling.give_back
    decide(stage.members[text["by"]], redemption, message=text.get("message", ""))


def _plan_adjustments(stage: Stage, texts: list[dict[str, Any]]) -> Iterator[tuple[datetime, Step]]:
    for text in texts:
        yield stage.at(text["days"]), lambda t=text: _adjust(stage, t)  # type: ignore[misc]


def _adjust(stage: Stage, text: Mapping[str, Any]) -> None:
    member = stage.members[text["member"]]
    adjustment = adjusting.ask_for_adjustment(
        member, stage.members[text["by"]], amount=text["amount"], reason=text["reason"]
    )
    if "agreed" in text:
        with clock.stopped_at(stage.at(text["agreed"])):
            adjusting.post_adjustment(adjustment, stage.members[text["agreed_by"]])
