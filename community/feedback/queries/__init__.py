"""Reading feedback: the access door (`items`), topics, corrections and what was learned from them."""

from community.feedback.queries.corrections import (
    LabelCount,
    count_labels,
    get_correction_of,
    list_corrections_of,
    standing_corrections,
)
from community.feedback.queries.items import (
    CaseOfItem,
    Filters,
    LikeLine,
    Line,
    StaffedPanel,
    TopicOfItem,
    get_item,
    get_items,
    list_cases_of,
    list_failed,
    list_like,
    list_lines,
    list_said_by,
    list_staffed_panels,
    list_topics_of,
    staff_panel_ids,
    use_cases,
)
from community.feedback.queries.knowledge import get_known, list_topic_words
from community.feedback.queries.labelling import count_asked_of, list_asked
from community.feedback.queries.learning import (
    Label,
    Progress,
    Teaching,
    Throughput,
    Version,
    Word,
    find_live_model_id,
    find_reading_of,
    get_listening,
    get_model,
    get_teaching,
    get_throughput,
    get_word,
    list_labels,
    list_progress,
    list_versions,
    list_words,
)
from community.feedback.queries.topics import (
    Person,
    TopicNode,
    count_examples,
    get_example,
    get_topic,
    list_examples,
    list_people_who_may_own,
    list_suggested,
    topic_names,
    topic_tree,
)

__all__ = [
    "CaseOfItem", "Filters", "Label", "LabelCount", "LikeLine", "Line", "Person", "Progress",
    "StaffedPanel", "Teaching", "Throughput", "TopicNode", "TopicOfItem", "Version", "Word",
    "count_asked_of", "count_examples", "count_labels", "find_live_model_id", "find_reading_of",
    "get_correction_of", "get_example", "get_item", "get_items", "get_known", "get_listening",
    "get_model", "get_teaching", "get_throughput", "get_topic", "get_word", "list_asked", "list_cases_of",
    "list_corrections_of", "list_examples", "list_failed", "list_labels", "list_like", "list_lines",
    "list_people_who_may_own", "list_progress", "list_said_by", "list_staffed_panels", "list_suggested",
    "list_topic_words", "list_topics_of", "list_versions", "list_words", "staff_panel_ids",
    "standing_corrections", "topic_names", "topic_tree", "use_cases",
]  # fmt: skip
