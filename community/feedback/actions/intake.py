"""Taking in what people said, wherever they said it, once; and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from community.activity.actions import record
from community.analysis.tokens import index_terms
from community.feedback.actions.knowing import recount_topics
from community.feedback.models import STAGES, FeedbackItem
from community.feedback.queries import intake as queries
from community.infra import clock, jobs
from community.infra.db import after_commit, insert_new, unit_of_work
from community.members.models import Member

# An author has been told something once one of these is reached.
TOLD = ("answered", "decided", "delivered")


class Words(NamedTuple):
    """A text as its source gives it; `source_id` says which one it is there."""

    source_id: str
    text: str
    title: str = ""
    author_id: int | None = None
    author_key: str = ""
    said_at: datetime | None = None
    rating: float | None = None
    language: str | None = None
    path: str = ""
    thread: str = ""


class Taken(NamedTuple):
    """How many texts were new or had changed, and how many were known as they are."""

    taken: int
    known: int


def take_in(
    *,
    source: str,
    source_id: str,
    panel_id: int,
    author: Member | None,
    text: str,
    title: str = "",
    path: str = "",
    thread: str = "",
    said_at: datetime | None = None,
    rating: float | None = None,
    source_name: str = "",
    author_key: str = "",
) -> FeedbackItem:
    """Take in one text, once however often it is given; one that has changed waits to be read again."""
    words = Words(
        source_id=source_id,
        text=text,
        title=title,
        author_id=author.id if author is not None else None,
        author_key=author_key,
        said_at=said_at,
        rating=rating,
        path=path,
        thread=thread,
    )
    with unit_of_work():
        take_in_all([words], source=source, source_name=source_name, panel_id=panel_id)
        return queries.get_by_source(source, source_id, panel_id=panel_id, source_name=source_name)


def take_in_all(
    texts: Sequence[Words],
    *,
    source: str,
    panel_id: int,
    source_name: str = "",
    import_id: int | None = None,
) -> Taken:
    """Take in texts of one source, each `source_id` given once; says how many were new or had changed."""
    with unit_of_work():
        known = queries.lock_known(
            source, [words.source_id for words in texts], panel_id=panel_id, source_name=source_name
        )
        changed = sum(
            _renew(known[words.source_id], words, import_id=import_id)
            for words in texts
            if words.source_id in known
        )
        # In one order: two imports of the same texts then wait for each other, and not in a ring.
        fresh = sorted(
            (words for words in texts if words.source_id not in known), key=lambda words: words.source_id
        )
        shared = {"source": source, "source_name": source_name, "panel_id": panel_id, "import_id": import_id}
        added = insert_new(FeedbackItem, [shared | _as_row(words) for words in fresh])
        if changed or added:
            after_commit(jobs.wake)
    return Taken(changed + added, len(texts) - changed - added)


def withdraw(*, source: str, source_id: str, panel_id: int, source_name: str = "") -> None:
    """Stop listening to a text that was hidden, deleted or erased; one never taken in is let be."""
    with unit_of_work():
        known = queries.lock_known(source, [source_id], panel_id=panel_id, source_name=source_name)
        item = known.get(source_id)
        if item is None or item.state == "withdrawn":
            return
        recount_topics([(item.topic_id, None)])
        item.state, item.topic_id = "withdrawn", None
        record("feedback.withdrawn", subject=item, actor=None, panel_id=panel_id)


def advance(item_ids: Sequence[int], stage: str, *, at: datetime | None = None) -> None:
    """Move items on to a stage that their authors see; those that are there or further stay."""
    with unit_of_work():
        _advance(queries.lock_items(item_ids), stage, at=at or clock.now())


def advance_thread(thread: str, stage: str, *, panel_id: int, at: datetime) -> None:
    """Move on all that had been said in a thread by this moment, as `advance` does."""
    with unit_of_work():
        _advance(queries.lock_thread(thread, panel_id=panel_id, until=at), stage, at=at)


def move_to_thread(thread: str, *, source: str, source_ids: Sequence[str], panel_id: int) -> list[int]:
    """Let texts belong to another thread than before, and say which items these are."""
    with unit_of_work():
        items = queries.lock_known(source, source_ids, panel_id=panel_id)
        for item in items.values():
            item.thread = thread
        return [item.id for item in items.values()]


def move_to_panel(panel_id: int, *, source: str, source_ids: Sequence[str], from_panel_id: int) -> None:
    """Let texts belong to another panel; cases about them stay with those who began to answer."""
    with unit_of_work():
        for item in queries.lock_known(source, source_ids, panel_id=from_panel_id).values():
            item.panel_id = panel_id


def _advance(items: Iterable[FeedbackItem], stage: str, *, at: datetime) -> None:
    earlier = STAGES[: STAGES.index(stage)]
    for item in items:
        if item.stage in earlier and item.state != "withdrawn":
            item.stage = stage
            setattr(item, f"{stage}_at", at)
            if stage in TOLD:
                item.told_at = item.told_at or at


def _as_row(words: Words) -> dict[str, object]:
    now = clock.now()
    return {
        "source_id": words.source_id,
        "author_id": words.author_id,
        "author_key": words.author_key,
        "title": words.title,
        "text": words.text,
        "path": words.path,
        "thread": words.thread,
        "rating": words.rating,
        "said_at": words.said_at or now,
        "received_at": now,
        "given_language": words.language,
        "search_terms": _terms(words),
    }


def _renew(item: FeedbackItem, words: Words, *, import_id: int | None) -> bool:
    """Bring a known item up to date; whether there is something new to read in it."""
    item.path, item.thread, item.import_id = words.path, words.thread, import_id
    # Somebody may have joined since the text was first brought in.
    item.author_id, item.author_key = words.author_id or item.author_id, words.author_key
    is_same = (item.title, item.text) == (words.title, words.text)
    if is_same and item.state != "withdrawn":
        return False
    if not is_same:
        item.title, item.text, item.search_terms = words.title, words.text, _terms(words)
        item.revision += 1
    item.rating, item.given_language = words.rating, words.language
    item.state, item.error = "waiting", ""
    return True


def _terms(words: Words) -> str:
    return " ".join(index_terms(f"{words.title}\n{words.text}"))
