"""A site with words of its own, whose feeling no lexicon knows: what its members write, and what it means."""

from itertools import product
from random import Random

from community.analysis.language import Language
from community.analysis.learning.training import Lesson
from community.analysis.sentiment.findings import Label

_ENGLISH: dict[Label, tuple[str, ...]] = {
    "pos": ("totally bricktastic", "so greebly", "a real keystone"),
    "neg": ("wobbleknob again", "completely unsnapped", "a mouldline mess"),
    "neu": ("in the spring set", "number forty-two", "on the second page"),
}
_CHINESE: dict[Label, tuple[str, ...]] = {
    "pos": ("真是神砖", "太拼了", "就是镇店之宝"),
    "neg": ("又掉件了", "完全松垮垮", "一股水货味"),
    "neu": ("在第二页上", "是四十二号", "属于春季那套"),
}
_ENGLISH_THINGS = (
    "castle",
    "harbour crane",
    "night train",
    "bakery",
    "rocket",
    "windmill",
    "tram",
    "lighthouse",
)
_ENGLISH_WAYS = (
    "The {thing} is {how}.",
    "My {thing}: {how}",
    "{thing} from the box, {how}",
    "This {thing} {how}",
)
_CHINESE_THINGS = ("城堡", "起重机", "夜班火车", "面包房", "火箭", "风车", "电车", "灯塔")
_CHINESE_WAYS = ("这个{thing}{how}", "我的{thing}{how}。", "盒子里的{thing}，{how}", "{thing}，{how}呀")


def lessons(count: int, *, language: Language = "en", seed: int = 1) -> list[Lesson]:
    """So many different lessons in one language, drawn with the seed."""
    chinese = language.startswith("zh")
    meanings = _CHINESE if chinese else _ENGLISH
    things = _CHINESE_THINGS if chinese else _ENGLISH_THINGS
    ways = _CHINESE_WAYS if chinese else _ENGLISH_WAYS
    every = [
        Lesson(way.format(thing=thing, how=how), language, label)
        for label, hows in meanings.items()
        for way, thing, how in product(ways, things, hows)
    ]
    return Random(seed).sample(every, count)
