"""Which column of a table of feedback is what, guessed from the columns' names."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

# What a column can be. Only the text has to be there.
USES: Mapping[str, Any] = {
    "text": _l("What was said"),
    "title": _l("Title"),
    "id": _l("Number or key of the row"),
    "time": _l("When it was said"),
    "rating": _l("Rating"),
    "member": _l("Who said it"),
    "language": _l("Language"),
}

# Names that mean the same, in the languages of the site; the likelier ones first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text", "review", "comment", "feedback", "content", "body", "message", "review text", "verbatim",
        "comments", "tweet", "answer", "response", "评论", "评论内容", "内容", "正文", "反馈", "留言", "评价",
        "文本", "意见", "評論", "評論內容", "內容", "回饋", "評價", "意見",
    ),
    "title": ("title", "subject", "headline", "summary", "review title", "标题", "主题", "標題", "主題"),
    "id": (
        "id", "review id", "feedback id", "comment id", "tweet id", "key", "uuid", "number", "no", "编号",
        "序号", "评论id", "編號", "序號", "評論id",
    ),
    "time": (
        "time", "date", "created at", "created", "timestamp", "datetime", "submitted at", "review date",
        "posted at", "when", "said at", "时间", "日期", "创建时间", "评论时间", "時間", "建立時間",
        "評論時間",
    ),
    "rating": ("rating", "stars", "star rating", "score", "grade", "评分", "星级", "打分", "評分", "星級"),
    "member": (
        "member", "email", "e mail", "member id", "user", "author", "customer", "user email",
        "customer email", "会员", "邮箱", "用户", "作者", "會員", "電子郵件", "使用者",
    ),
    "language": ("language", "lang", "locale", "语言", "語言"),
}  # fmt: skip

_MARKS = str.maketrans("_-.:", "    ")


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Use → column, for the columns whose names say what they are; a single column is the text."""
    if len(columns) == 1:
        return {"text": columns[0]}
    plain = {_plain(column): column for column in reversed(columns)}
    found = {}
    for use, names in _NAMES.items():
        name = next((name for name in names if name in plain), None)
        if name is not None:
            found[use] = plain[name]
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().translate(_MARKS).split())
