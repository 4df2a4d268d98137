"""Texts made to be dear to read, as long as a field takes them: none costs more than a moment."""

import time
from collections.abc import Callable

import pytest

from community.analysis.reader import Reader
from community.analysis.tokens import index_terms
from community.ideas.lengths import BODY_MOST
from community.infra.text import clean_block, excerpt, plain_text, render_markdown
from community.moderation.folding import Blocked, find

# What other renderers, cleaners and readers needed minutes or more memory than there is for.
SHAPES = (
    "*a **a ", "*a_ ", "a**b", "_a ", "[", "![", "[a](", "[a](<b", "<!--", "<?", "<![CDATA[", "<a ", "&#x",
    "> ", "- ", "1. ", "`", "~~~\n", "|a", "|a|b\n|-", "a\n=\n", "\\", "http://a.b/", "a@b.", "(", "'",
    "!a", "not ", "不", "不a", "😀", "a\u0301", "a\u200d", "\ufdfa", "f*ck ", "s p a m ", "4$$h0l3", "%s",
    "\t", "\n", "<svg><style>",
)  # fmt: skip
# Measured: a quarter of a second for the dearest. The bound is for slow and busy machines.
SECONDS = 4.0

WORDS = [Blocked(word, word) for word in ("spam", "asshole", "very bad word")]
READ_BY: dict[str, Callable[[str], object]] = {
    "markdown": render_markdown,
    "cleaning": clean_block,
    "excerpt": excerpt,
    "plain text": plain_text,
    "search": index_terms,
    "blocked words": lambda text: find(text, WORDS),
    "feedback": Reader().read_one,
}


class TestCosts:
    @pytest.mark.parametrize("by", READ_BY)
    def test_no_shape_is_dear(self, by: str) -> None:
        dear = {}
        for shape in SHAPES:
            text = (shape * BODY_MOST)[:BODY_MOST]
            started = time.process_time()
            READ_BY[by](text)
            dear[shape] = time.process_time() - started
        assert {shape: cost for shape, cost in dear.items() if cost > SECONDS} == {}

    def test_nesting_ends_somewhere(self) -> None:
        for shape in ("> ", "- ", "*", "["):
            html = render_markdown(shape * (BODY_MOST // len(shape)))
            assert max(html.count("<blockquote>"), html.count("<ul>"), html.count("<em>")) <= 100, shape
