"""What ideas and comments earn, as they are accepted, found helpful and taken up, and what is taken back.

Each function looks at how things stand now, so that it does not matter in which order they are run.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from community.activity.models import Activity
from community.ideas import statuses
from community.ideas.models import Comment, Idea
from community.ideas.queries import listening as queries
from community.ideas.queries import marks
from community.infra import clock
from community.infra.db import lock
from community.loyalty import givers
from community.loyalty.actions import award_steps, awarding
from community.loyalty.givers import Mark
from community.loyalty.models import Award
from community.loyalty.queries import awards, circles, rules
from community.loyalty.queries import givers as giver_queries
from community.members import queries as members
from community.members.models import Member

# Rules by whom they thank when an idea gets there.
TAKEN_UP = {
    "planned": ("idea_planned", "idea_planned_supporter"),
    "delivered": ("idea_delivered", "idea_delivered_supporter"),
}
# What an author loses with an idea that is deleted; those who supported it have done nothing wrong.
AUTHORS_RULES = ("idea_accepted", "idea_planned", "idea_delivered")
# So many givers are looked at in one statement.
AT_ONCE = 500
# Whoever confirms their address later than that has let go of what they said before.
LOOK_BACK = timedelta(days=30)
MOST_AT_ONCE = 50

_Elsewhere = Callable[[Collection[int]], list[Mark]]


def thank_for_idea(activity: Activity) -> None:
    """An idea was published: points wait until it is accepted."""
    idea = lock(Idea, activity.subject_id)
    if _stands_alone(idea):
        _thank_for_idea(idea)
        _accept_idea(idea)


def follow_status(activity: Activity) -> None:
    """An idea is taken up, so it is accepted; planned and delivered ones thank authors and supporters."""
    idea = queries.find_idea(activity.subject_id)
    status = activity.data["to_status"]
    if idea is None or idea.state != "published" or status not in statuses.ROADMAP:
        return
    awarding.accept(("idea", idea.id), reason="taken_up")
    if status in TAKEN_UP:
        _thank_around(idea, activity, *TAKEN_UP[status])


def let_go_of_merged(activity: Activity) -> None:
    """An idea was joined to another one: what waits for it comes to nothing, what was given stays."""
    idea = lock(Idea, activity.subject_id)
    if idea.merged_into_id is not None:
        awarding.take_back(("idea", idea.id), reason="merged", rules=AUTHORS_RULES, only_waiting=True)


def count_joined_support(activity: Activity) -> None:
    """Support moves to the idea that another one was joined to."""
    source = queries.find_idea(activity.subject_id)
    if source is not None:
        count_votes(queries.get_root(source).id)


def follow_unmerge(activity: Activity) -> None:
    """An idea was taken out again: it waits anew, with the support that is its own."""
    idea = lock(Idea, activity.subject_id)
    if _stands_alone(idea):
        _thank_for_idea(idea)
        awarding.give_again(("idea", idea.id), reasons_undone=("merged",))
        _accept_idea(idea)


def forget_idea(activity: Activity) -> None:
    """An idea was deleted or hidden: what its author got for it is taken back."""
    idea = lock(Idea, activity.subject_id)
    if idea.state != "published":
        _take_back(activity, ("idea", idea.id), author_id=idea.author_id, rules=AUTHORS_RULES)


def thank_for_comment(activity: Activity) -> None:
    """Somebody found a comment helpful: points wait until enough members who count did."""
    _thank_for_comment(lock(Comment, activity.subject_id))


def follow_withdrawn_help(activity: Activity) -> None:
    """A mark was taken back: a comment that helped nobody who counts waits for nothing any more."""
    comment = lock(Comment, activity.subject_id)
    if not _count_thanks(comment):
        awarding.take_back(("comment", comment.id), reason="support_withdrawn", only_waiting=True)


def give_idea_again(activity: Activity) -> None:
    """An idea is shown again: what its author lost with it is given again."""
    idea = lock(Idea, activity.subject_id)
    if _stands_alone(idea):
        _thank_for_idea(idea)
        awarding.give_again(("idea", idea.id), reasons_undone=("removed",))
        _accept_idea(idea)


def forget_comment(activity: Activity) -> None:
    """A comment was removed or hidden: what its author got for it is taken back."""
    comment = lock(Comment, activity.subject_id)
    if comment.state != "published":
        _take_back(activity, ("comment", comment.id), author_id=comment.author_id)


def give_comment_again(activity: Activity) -> None:
    """A comment is shown again: what its author lost with it is given again."""
    comment = lock(Comment, activity.subject_id)
    if comment.state == "published":
        awarding.give_again(("comment", comment.id), reasons_undone=("removed",))
        _thank_for_comment(comment)


def follow_judged_circle(activity: Activity) -> None:
    """Staff judged a circle: what waits and rests on its marks is denied, or waits as before."""
    member_ids = activity.data["member_ids"]
    ring = circles.get_circle(activity.subject_id)
    by = members.get_member(activity.actor_id) if activity.actor_id is not None else None
    # All of them first: what is given again and what is counted again come in two rounds.
    award_steps.lock_wallets(member_ids)
    if ring.state == "upheld":
        for award in circles.list_awards(member_ids, state="pending"):
            if _rests_on(award, member_ids):
                source = (award.source_type, award.source_id)
                awarding.take_back(source, reason="ring", by=by, only_waiting=True)
    elif ring.state == "dismissed":
        for award in circles.list_awards(member_ids, state="denied", reason="ring"):
            awarding.give_again((award.source_type, award.source_id), reasons_undone=("ring",), by=by)
        for award in circles.list_awards(member_ids, state="pending"):
            _count_again(award)


def thank_newly_verified(activity: Activity) -> None:
    """A member can earn points from now on: also for what they said before they confirmed their address."""
    since = clock.now() - LOOK_BACK
    idea_ids = marks.list_idea_ids_of(activity.subject_id, since=since, most=MOST_AT_ONCE)
    comment_ids = marks.list_thanked_ids_of(activity.subject_id, since=since, most=MOST_AT_ONCE)
    # All of them before the first wallet, as wherever one of them is thanked for.
    ideas = [lock(Idea, idea_id) for idea_id in idea_ids]
    comments = [lock(Comment, comment_id) for comment_id in comment_ids]
    for idea in filter(_stands_alone, ideas):
        _thank_for_idea(idea)
        _accept_idea(idea)
    for comment in comments:
        _thank_for_comment(comment)


def count_newly_verified(activity: Activity) -> None:
    """A member counts from now on: also with the marks they gave before they confirmed their address."""
    marked = marks.list_marked(activity.subject_id, most=MOST_AT_ONCE)
    comment_ids = sorted(each.comment_id for each in marked if each.comment_id is not None)
    comments = {comment_id: lock(Comment, comment_id) for comment_id in comment_ids}
    # All of them before the first is thanked: behind the wallets comes the budget that everybody draws on.
    award_steps.lock_wallets({each.author_id for each in marked})
    for each in marked:
        if each.comment_id is not None:
            _thank_for_comment(comments[each.comment_id])
        elif each.idea_id is not None:
            count_votes(each.idea_id)


def count_votes(root_id: int) -> None:
    """Accept an idea if enough members who count support it by now."""
    source = ("idea", root_id)
    waiting = awards.list_of_source(source, states=("pending",), rules=("idea_accepted",))
    if not waiting or waiting[0].version.supporters_needed is None:
        return
    author_id, version = waiting[0].member_id, waiting[0].version
    counting = _count(
        marks.list_votes(root_id),
        elsewhere=lambda ids: marks.list_votes_elsewhere(ids, receiver_id=author_id, root_id=root_id),
        receiver_id=author_id,
        per_pair=version.per_pair,
        enough=version.supporters_needed,
    )
    awarding.note_support(source, count=counting)


def _stands_alone(idea: Idea) -> bool:
    return idea.state == "published" and idea.merged_into_id is None


def _thank_for_idea(idea: Idea) -> None:
    awarding.thank(
        "idea_accepted",
        member_id=idea.author_id,
        source=("idea", idea.id),
        title=idea.title,
        path=f"/ideas/{idea.id}",
        panel_id=idea.panel_id,
    )


def _accept_idea(idea: Idea) -> None:
    """For what was supported or taken up before its points began to wait."""
    if idea.status in statuses.ROADMAP:
        awarding.accept(("idea", idea.id), reason="taken_up")
    else:
        count_votes(idea.id)


def _thank_for_comment(comment: Comment) -> None:
    if comment.state != "published" or comment.idea.state != "published":
        return
    counting = _count_thanks(comment)
    if not counting:
        return
    source = ("comment", comment.id)
    awarding.thank(
        "comment_helpful",
        member_id=comment.author_id,
        source=source,
        title=comment.idea.title,
        path=f"/comments/{comment.id}",
        panel_id=comment.idea.panel_id,
    )
    awarding.give_again(source, reasons_undone=("support_withdrawn",))
    awarding.note_support(source, count=counting)


def _count_thanks(comment: Comment) -> int:
    version = rules.standing("comment_helpful")
    return _count(
        marks.list_thanks(comment.id),
        elsewhere=lambda ids: marks.list_thanks_elsewhere(
            ids, receiver_id=comment.author_id, comment_id=comment.id
        ),
        receiver_id=comment.author_id,
        per_pair=version.per_pair,
        enough=version.supporters_needed,
    )


def _count(
    standing: Sequence[Mark],
    *,
    elsewhere: _Elsewhere,
    receiver_id: int,
    per_pair: int | None,
    enough: int | None,
) -> int:
    """How many of the marks on one thing count, as far as it takes to know that they are enough."""
    receiver = giver_queries.receiver_of(receiver_id)
    counting = 0
    for start in range(0, len(standing), AT_ONCE):
        some = standing[start : start + AT_ONCE]
        ids = [mark.giver_id for mark in some]
        counting += len(
            givers.whose_count(
                [*some, *(elsewhere(ids) if per_pair is not None else ())],
                source_id=some[0].source_id,
                givers=giver_queries.list_givers(ids),
                receiver=receiver,
                per_pair=per_pair,
            )
        )
        if enough is not None and counting >= enough:
            break
    return counting


def _thank_around(idea: Idea, activity: Activity, authors_rule: str, supporters_rule: str) -> None:
    """Thank each author for their own idea and each supporter for the idea they voted for, once each."""
    # An idea that was joined to another one meanwhile is no longer what it was decided about.
    idea_ids = queries.list_group_ids(idea.id) or [idea.id]
    written = marks.list_authors(idea_ids, first_id=idea.id)
    own = {author.author_id: author for author in reversed(written)}
    for author in own.values():
        _thank_all(authors_rule, [author.author_id], idea, for_id=author.idea_id, title=author.title)
    supporters = marks.list_supporters(idea_ids, until=activity.occurred_at)
    for author in written:
        receiver = giver_queries.receiver_of(author.author_id)
        voted = [member_id for member_id in supporters.get(author.idea_id, ()) if member_id not in own]
        for start in range(0, len(voted), AT_ONCE):
            counting = [
                giver.id
                for giver in giver_queries.list_givers(voted[start : start + AT_ONCE])
                if givers.can_count(giver, receiver)
            ]
            _thank_all(supporters_rule, counting, idea, for_id=author.idea_id, title=author.title)


def _thank_all(rule: str, member_ids: Collection[int], idea: Idea, *, for_id: int, title: str) -> None:
    awarding.thank_all(
        rule,
        member_ids,
        source=("idea", for_id),
        title=title,
        path=f"/ideas/{for_id}",
        panel_id=idea.panel_id,
    )


def _take_back(
    activity: Activity, source: tuple[str, int], *, author_id: int, rules: Collection[str] | None = None
) -> None:
    by: Member | None = None
    if activity.actor_id is not None and activity.actor_id != author_id:
        by = members.get_member(activity.actor_id)
    # Enough flags hide a text with nobody's hand in it.
    is_removed = by is not None or activity.actor_id is None
    awarding.take_back(source, reason="removed" if is_removed else "deleted", by=by, rules=rules)


def _rests_on(award: Award, member_ids: Collection[int]) -> bool:
    others = [member_id for member_id in member_ids if member_id != award.member_id]
    if award.source_type == "idea":
        return marks.has_vote_of(others, root_id=award.source_id)
    return marks.has_thanks_of(others, comment_id=award.source_id)


def _count_again(award: Award) -> None:
    if award.source_type == "idea":
        count_votes(award.source_id)
    elif (comment := queries.find_comment(award.source_id)) is not None:
        awarding.note_support(("comment", comment.id), count=_count_thanks(comment))
