"""Keeping the catalogue: what rewards say, ask and cost, and when they are offered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypedDict

from flask import current_app
from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra.db import after_commit, lock, unit_of_work
from community.infra.errors import Check, Conflict, Invalid, unchecked
from community.infra.files import Store
from community.infra.images import CleanImage
from community.loyalty.models import REWARD_KINDS, Reward
from community.loyalty.queries import codes
from community.loyalty.queries import rewards as queries
from community.members.models import Member

NAME_MOST = 80
TEXT_MOST = 2000
PICTURE_TEXT_MOST = 200
COST_MOST = 1_000_000
# Also of a reward's price in the currency's smallest unit.
COUNT_MOST = 1_000_000
DAYS_MOST = 3650


class Settings(TypedDict, total=False):
    """What staff can set on a reward; texts map locale to words."""

    name: Mapping[str, str]
    text: Mapping[str, str]
    handover: Mapping[str, str]
    picture_text: Mapping[str, str]
    cost: int
    unit_cost: int | None
    stock_left: int | None
    per_member: int | None
    per_days: int | None
    tier_id: int | None
    panel_id: int | None
    opens_at: datetime | None
    closes_at: datetime | None


def create_reward(by: Member, *, kind: str, settings: Settings, picture: CleanImage | None = None) -> Reward:
    """Put a reward into the catalogue as a draft, which members do not see."""
    if kind not in REWARD_KINDS:
        raise Invalid(_l("Please choose one of the options."), field="kind")
    settled = _settled(settings, has_picture=picture is not None)
    with _kept(picture) as kept, unit_of_work() as session:
        _check_references(settled)
        if kind == "voucher":
            # Each code that is added is one more.
            settled["stock_left"] = 0
        reward = Reward(kind=kind, **settled, **kept)
        session.add(reward)
        record("reward.created", subject=reward, actor=by, panel_id=reward.panel_id, name=reward.name)
    return reward


def edit_reward(
    by: Member,
    reward: Reward,
    *,
    settings: Settings,
    stock_seen: int | None = None,
    picture: CleanImage | None = None,
    removes_picture: bool = False,
    check: Check[Reward] = unchecked,
) -> Reward:
    """Change what a reward says and asks; redemptions that were asked for stay as they are.

    `stock_seen` is the number that was shown when somebody began to edit: what was redeemed since then is
    not put back.
    """
    with _kept(picture) as kept, unit_of_work():
        reward = lock(Reward, reward.id)
        check(reward)
        has_picture = picture is not None or (reward.picture_key is not None and not removes_picture)
        settled = _settled(settings, has_picture=has_picture)
        _check_references(settled)
        settled["stock_left"] = _stock(reward, settled.get("stock_left"), seen=stock_seen)
        if removes_picture and picture is None:
            kept = {"picture_key": None}
        if kept and reward.picture_key is not None:
            after_commit(partial(_store().delete, reward.picture_key))
        changed = {
            name: [_plain(getattr(reward, name)), _plain(value)]
            for name, value in {**settled, **kept}.items()
            if getattr(reward, name) != value
        }
        for name, value in {**settled, **kept}.items():
            setattr(reward, name, value)
        if changed:
            record("reward.changed", subject=reward, actor=by, panel_id=reward.panel_id, changed=changed)
    return reward


def offer_reward(by: Member, reward: Reward) -> None:
    """Show a reward to members, or show it again."""
    with unit_of_work():
        reward = lock(Reward, reward.id)
        if reward.state == "offered":
            return
        if reward.kind == "voucher" and not codes.count_codes(reward):
            raise Conflict(_l("Add codes first: there is nothing to give yet."))
        changed = {"state": [reward.state, "offered"]}
        reward.state = "offered"
        record("reward.changed", subject=reward, actor=by, panel_id=reward.panel_id, changed=changed)


def withdraw_reward(by: Member, reward: Reward) -> None:
    """Offer a reward no longer; what was redeemed stays and is still handed over."""
    with unit_of_work():
        reward = lock(Reward, reward.id)
        if reward.state == "withdrawn":
            return
        if reward.state == "draft":
            raise Conflict(_l("It is a draft: members do not see it yet."))
        reward.state = "withdrawn"
        record("reward.withdrawn", subject=reward, actor=by, panel_id=reward.panel_id, name=reward.name)


def _settled(settings: Settings, *, has_picture: bool) -> dict[str, Any]:
    settled: dict[str, Any] = dict(settings)
    for field, most in (
        ("name", NAME_MOST),
        ("text", TEXT_MOST),
        ("handover", TEXT_MOST),
        ("picture_text", PICTURE_TEXT_MOST),
    ):
        settled[field] = _words(settled.get(field, {}), most=most, field=field)
    if not settled["name"]:
        raise Invalid(_l("Please give it a name."), field="name_en")
    if has_picture and not settled["picture_text"]:
        message = _l("Please say what the picture shows, for those who cannot see it.")
        raise Invalid(message, field="picture_text_en")
    _check_number(settled, "cost", least=1, most=COST_MOST, is_required=True)
    _check_number(settled, "unit_cost", least=0, most=2**31 - 1)
    _check_number(settled, "stock_left", least=0, most=COUNT_MOST)
    _check_number(settled, "per_member", least=1, most=COUNT_MOST)
    _check_number(settled, "per_days", least=1, most=DAYS_MOST)
    if settled.get("per_days") and not settled.get("per_member"):
        raise Invalid(_l("Say how many each member can have in these days."), field="per_member")
    opens_at, closes_at = settled.get("opens_at"), settled.get("closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        raise Invalid(_l("It has to end after it begins."), field="closes_at")
    return settled


def _words(texts: Mapping[str, str], *, most: int, field: str) -> dict[str, str]:
    kept = {locale: words for locale, words in texts.items() if words.strip()}
    for locale, words in kept.items():
        if len(words) > most:
            message = _l("Please use at most %(max)d characters.", max=most)
            raise Invalid(message, field=f"{field}_{locale}")
    return kept


def _check_number(
    settled: Mapping[str, Any], field: str, *, least: int, most: int, is_required: bool = False
) -> None:
    value = settled.get(field)
    if value is None and not is_required:
        return
    if value is None or not least <= value <= most:
        message = _l("Please use between %(min)s and %(max)s.", min=least, max=most)
        raise Invalid(message, field=field)


def _check_references(settled: Mapping[str, Any]) -> None:
    for field, is_there in (("tier_id", queries.is_tier), ("panel_id", queries.is_panel)):
        wanted = settled.get(field)
        if wanted is not None and not is_there(wanted):
            raise Invalid(_l("Please choose one of the options."), field=field)


def _stock(reward: Reward, wanted: int | None, *, seen: int | None) -> int | None:
    if reward.kind == "voucher":
        return reward.stock_left
    if wanted is None or seen is None or reward.stock_left is None:
        return wanted
    # Somebody may have redeemed it while the form was open.
    return max(0, reward.stock_left + wanted - seen)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@contextmanager
def _kept(picture: CleanImage | None) -> Iterator[dict[str, Any]]:
    """The picture's column; its file is stored first, and removed again if the rest goes wrong."""
    if picture is None:
        yield {}
        return
    with _store().keep(picture.data, picture.extension) as key:
        yield {"picture_key": key}


def _store() -> Store:
    return Store(current_app.config["UPLOAD_DIR"])
