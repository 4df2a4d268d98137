"""Which language a text is in, by its script, character tables and commonest words."""

import re
from functools import cache
from typing import Literal

from community.analysis.script import simplified_characters, simplified_forms

Language = Literal["en", "zh-Hans", "zh-Hant", "mixed", "other"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hans", "zh-Hant", "mixed", "other")

# Letters of one script weigh against those of another; a Chinese character says about as much as two letters.
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]+")
_UNREADABLE_RANGES = (
    "\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2dff\u3041-\u30ff\u3131-\u318e\ua500-\ud7ff\uff66-\uff9d"
)
_UNREADABLE = re.compile(f"[{_UNREADABLE_RANGES}]+")
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{0,64}[@＠][\w.-]+", re.ASCII)
_PICTURE = re.compile("[\u203c-\u3299\U0001f000-\U0001faff]|[:;=8][-o^']?[)(/|DPp]")
_PLAIN_LETTER = re.compile("[A-Za-z]")

# With a smaller share than the first, Latin ones are names ("iPhone");
# with more than the second the Chinese ones are.
_MIXED_FROM, _MIXED_TO = 0.2, 0.9

# fmt: off
_ENGLISH = {
    "the", "and", "to", "of", "is", "it", "was", "i", "you", "for", "not", "my", "this", "that", "with",
    "on", "have", "are", "be", "but", "they", "we", "so", "at", "your", "just", "or", "had", "has",
    "been", "will", "can", "would", "from", "all", "what", "when", "how", "no", "get", "out", "if",
    "very", "great", "good", "love", "app", "please", "thanks",
}
# The commonest words of other languages in Latin letters that English does not have as well.
_FOREIGN = {
    "la", "bien", "el", "los", "las", "una", "unos", "que", "por", "para", "con", "pero", "muy", "esta",
    "está", "este", "es", "como", "más", "mas", "lo", "le", "su", "sus", "y", "del", "nada", "gusta",
    "porque", "cuando", "les", "des", "du", "et", "est", "une", "pas", "pour", "dans", "avec", "qui",
    "sur", "plus", "très", "tres", "cette", "ce", "je", "nous", "vous", "ne", "au", "aux", "c'est",
    "j'ai", "mais", "der", "das", "und", "ist", "nicht", "ich", "ein", "eine", "einen", "mit", "auf",
    "für", "fur", "sie", "wir", "auch", "sehr", "zu", "den", "dem", "von", "aber", "kein", "keine",
    "wie", "il", "che", "di", "non", "per", "sono", "molto", "della", "anche", "più", "piu", "questo",
    "perché", "ma", "ho", "gli", "nel", "não", "nao", "uma", "com", "muito", "isso", "você", "voce",
    "foi", "tem", "os", "do", "da", "em", "um", "ao", "bom", "ótimo", "otimo", "het", "een", "niet",
    "van", "ik", "en", "zijn", "maar", "voor", "deze", "wel", "geen", "ook", "te", "dat", "heel", "och",
    "att", "det", "som", "är", "inte", "på", "jag", "av", "ett", "med", "har", "mycket", "ikke", "jeg",
    "og", "er", "til", "jest", "nie", "się", "na", "że", "jak", "bardzo", "dla", "ale", "tylko", "bir",
    "ve", "bu", "çok", "için", "yang", "dan", "ini", "itu", "tidak", "saya", "untuk", "dengan", "ada",
} - _ENGLISH
# fmt: on


def language_of(text: str) -> Language:
    """The language of a text: "mixed" if Chinese and English both carry weight, "other" if neither does.

    Emoji and emoticons belong to no language: without letters beside them they count as "en", whose scorer
    knows them. An empty text, or one of digits and marks, is "other".
    """
    if text.isascii():
        return _of_latin(text)
    # One search tells most Chinese texts.
    if not _not_simplified().search(text) and _HAN.search(text):
        return "zh-Hans"
    if "@" in text or "://" in text or "www." in text:
        text = _NO_WORDS.sub(" ", text)
    han = 2 * _letters(_HAN, text)
    latin = _letters(_LATIN, text)
    unreadable = 2 * _letters(_UNREADABLE, text)
    # Some Chinese writers use a の for show; a sentence in Japanese has far more of them.
    if unreadable > max(han, latin) or 4 * unreadable > han > latin:
        return "other"
    if not han:
        return _of_latin(text)
    share = latin / (han + latin)
    if share < _MIXED_FROM:
        return _chinese_script(text)
    return "mixed" if share <= _MIXED_TO else _of_latin(text)


def is_readable(language: Language) -> bool:
    """Whether our scorers can read it; what they cannot read goes to a person and is never called neutral."""
    return language != "other"


def _of_latin(text: str) -> Language:
    words = set(text.lower().split())
    foreign = words & _FOREIGN
    if foreign and len(foreign) > len(words & _ENGLISH):
        return "other"
    if _PLAIN_LETTER.search(text) or _PICTURE.search(text):
        return "en"
    return "other"


def _chinese_script(text: str) -> Language:
    traditional = _only_traditional().findall(text)
    if not traditional:
        return "zh-Hans"
    forms = simplified_forms()
    simplified = sum(character in forms for character in text)
    return "zh-Hant" if len(traditional) > simplified else "zh-Hans"


def _letters(script: re.Pattern[str], text: str) -> int:
    return sum(map(len, script.findall(text)))


@cache
def _not_simplified() -> re.Pattern[str]:
    return re.compile(f"[A-Za-z{_UNREADABLE_RANGES}{_traditional()}]")


@cache
def _only_traditional() -> re.Pattern[str]:
    return re.compile(f"[{_traditional()}]")


def _traditional() -> str:
    # Characters beyond the first plane would make the search twenty times slower; there are three of them.
    return "".join(chr(code) for code in simplified_characters() if code < 0x10000)
