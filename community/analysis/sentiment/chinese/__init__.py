"""How a Chinese text feels: the longest words of the lexicon, turned by the words around them."""

from community.analysis.sentiment.chinese.rules import score, score_many

__all__ = ["score", "score_many"]
