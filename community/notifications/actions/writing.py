"""The words of a mail with notices: subject, groups by topic, and why each was told."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from flask import current_app, render_template
from flask_babel import ngettext

from community.infra import language, mail
from community.members.models import Member
from community.notifications import topics
from community.notifications.actions.stopping import stop_url
from community.notifications.queries.inbox import Told
from community.notifications.queries.mailing import Owed

logger = logging.getLogger(__name__)

# The newest ones; the others are only counted, and stand in the inbox.
MOST_SHOWN = 20
LONGEST_HEADLINE = 150
_TAG = re.compile(r"<[^>]*>")
_WORDS = '<span class="notice-words">'


class Line(NamedTuple):
    """One notice in a mail."""

    headline: str
    words: str
    why: Any
    link: str
    told_at: datetime


def write_mail(member: Member, owed: Sequence[Owed], *, paces: set[str]) -> bool:
    """Write one mail with these notices to the member, in their language; False if nothing can be said."""
    keys = list(dict.fromkeys(topic.key for each in owed if (topic := topics.topic_of(each.told.kind))))
    panel_ids = {each.panel_id for each in owed}
    with language.writing_to(member.locale, member.time_zone):
        shown = owed[-MOST_SHOWN:]
        lines = [(each.told, line) for each in shown if (line := _line(each.told)) is not None]
        if not lines:
            return False
        subject = _subject([line for _told, line in lines], len(owed), paces)
        groups = [
            (topics.TOPICS[key].label, [line for told, line in lines if _key(told) == key]) for key in keys
        ]
    mail.post(
        "notifications/told",
        to=str(member.email),
        name=member.display_name,
        locale=member.locale,
        zone=member.time_zone,
        stop_url=stop_url(member.id, about=keys, panel_id=panel_ids.pop() if len(panel_ids) == 1 else None),
        subject=subject,
        groups=[(label, in_group) for label, in_group in groups if in_group],
        more=len(owed) - len(shown),
        base_url=current_app.config["BASE_URL"],
    )
    return True


def sentence_of(told: Told) -> tuple[str, str]:
    """What a notice says, and the words beneath it, as plain text on one line each."""
    sentence = render_template(told.template, told=told).replace("</span>", "</span> ")
    headline, _mark, words = sentence.partition(_WORDS)
    return _plain(headline), _plain(words)


def _line(told: Told) -> Line | None:
    try:
        headline, words = sentence_of(told)
    except Exception:
        # Told long ago, in a way that no longer fits its sentence: the others still go out.
        logger.exception("notice %s cannot be put into words", told.id)
        return None
    link = f"{current_app.config['BASE_URL']}/inbox/{told.id}"
    return Line(headline, words, told.reason, link, told.created_at)


def _subject(lines: Sequence[Line], count: int, paces: set[str]) -> str:
    site = language.site_name()
    if paces == {"daily"}:
        return str(
            ngettext("%(num)d thing today at %(site)s", "%(num)d things today at %(site)s", count, site=site)
        )
    if paces == {"weekly"}:
        return str(
            ngettext(
                "%(num)d thing this week at %(site)s",
                "%(num)d things this week at %(site)s",
                count,
                site=site,
            )
        )
    headline = lines[-1].headline
    if len(headline) > LONGEST_HEADLINE:
        headline = f"{headline[: LONGEST_HEADLINE - 1].rstrip()}…"
    if count == 1:
        return headline
    return str(ngettext("%(what)s, and %(num)d more", "%(what)s, and %(num)d more", count - 1, what=headline))


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def _key(told: Told) -> str:
    topic = topics.topic_of(told.kind)
    return topic.key if topic is not None else ""
