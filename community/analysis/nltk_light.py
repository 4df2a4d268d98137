"""The two things we take from nltk, its VADER and its English stemmer, without the rest of nltk.

`import nltk` reads all of nltk, and with it scikit-learn, scipy and numpy where they are installed: two
seconds and 135 MB. The modules we need ask for a dozen others.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import NamedTuple

# Packages whose __init__ reads far more than we need, and what our modules ask them for without using it.
_SHELLS = ("nltk", "nltk.sentiment", "nltk.stem", "nltk.corpus", "nltk.grammar", "nltk.sem")
_LEXICON_PACKAGE = "vaderSentiment"
_LEXICON = "vader_lexicon.txt"

_importing = RLock()


class Vader(NamedTuple):
    """What VADER knows of English, by lower-case words; valences are about -4 to 4."""

    lexicon: dict[str, float]
    boosters: dict[str, float]  # added to the size of the word that follows; negative ones dampen
    negators: frozenset[str]
    normalize: Callable[[float], float]  # a sum of valences as a number from -1 to 1


@cache
def vader() -> Vader:
    """nltk's VADER with the lexicon that the package vaderSentiment brings; read once, about 0.15 s."""
    spec = importlib.util.find_spec(_LEXICON_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{_LEXICON_PACKAGE} is not installed")
    with _light():
        data = importlib.import_module("nltk.data")
        # nltk opens no file outside its own paths.
        folder = str(Path(spec.origin).parent)
        if folder not in data.path:
            data.path.append(folder)
        module = importlib.import_module("nltk.sentiment.vader")
        analyzer = module.SentimentIntensityAnalyzer(lexicon_file=_LEXICON)
    constants = analyzer.constants
    return Vader(
        lexicon=analyzer.lexicon,
        boosters=dict(constants.BOOSTER_DICT),
        negators=frozenset(constants.NEGATE),
        normalize=constants.normalize,
    )


@cache
def english_stem() -> Callable[[str], str]:
    """The Snowball stemmer for English words in small letters."""
    with _light():
        corpus = importlib.import_module("nltk.corpus")
        if not hasattr(corpus, "stopwords"):
            corpus.__dict__["stopwords"] = None  # the stemmers name it, and ask it only when told to
        module = importlib.import_module("nltk.stem.snowball")
    stem: Callable[[str], str] = module.EnglishStemmer().stem
    return stem


@contextmanager
def _light() -> Iterator[None]:
    """Inside it nltk's packages are empty shells around their modules; after it no trace of them is left.

    Where nltk was imported whole before, that one is used.
    """
    with _importing:
        if "nltk" in sys.modules:
            yield
            return
        for name in _SHELLS:
            sys.modules[name] = _shell(name)
        try:
            yield
        finally:
            for name in [name for name in sys.modules if name == "nltk" or name.startswith("nltk.")]:
                del sys.modules[name]


def _shell(name: str) -> ModuleType:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"{name} is not installed")
    shell = importlib.util.module_from_spec(spec)
    parent, _dot, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, shell)
    return shell
