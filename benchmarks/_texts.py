"""Texts for the benchmarks, put together from parts: about as long, and as full, as what customers write."""

from random import Random

# fmt: off
_ENGLISH = (
    (
        "The delivery", "Your app", "The new update", "My last order", "The woman at the desk",
        "The card I bought", "The checkout page", "The colour of the paper",
        "The battery of my phone", "This little shop in town",
    ),
    (
        "was great", "is really slow on Mondays", "came two days late", "closes when I open the second page",
        "is not bad at all", "made my daughter so happy", "was a little cold", "stands on the shelf now",
        "is easier to use than before", "cost about what I had expected",
    ),
    (
        "and I love it.", "but nobody answered!", "so I gave it to my sister.", "and I have told my friends.",
        "although it rained all week.", "even after lunch.", "Could you add a dark mode?",
        "while we were in London.", "Thanks for the quick help :)", "How long does shipping take?",
    ),
)
_CHINESE = (
    (
        "昨天送来的面", "这个应用", "新版本", "上次买的卡片", "前台的小姑娘", "房间的窗户", "包装纸的颜色",
        "手机的电池", "早餐里的包子", "这家小店",
    ),
    (
        "真的很不错", "实在太慢了", "比以前好用多了", "放在桌子上", "让孩子特别开心", "和照片上差不多",
        "没有想象中那么好", "有点贵", "离地铁站很近", "还行吧",
    ),
    (
        "，下次还会再来。", "，等了半天。", "，希望能便宜一点。", "，我们一共三个人。",
        "，但是服务员很热情。", "，请问可以退吗？", "，周末人比较多。", "，推荐给大家～",
        "，和朋友一起去的。", "。",
    ),
)
# fmt: on


def english(count: int, *, sentences: int = 1, seed: int = 1) -> list[str]:
    """Texts of about 65 characters for each sentence."""
    return _composed(_ENGLISH, count, sentences=sentences, between=" ", seed=seed)


def chinese(count: int, *, sentences: int = 1, seed: int = 1) -> list[str]:
    """Texts of about 18 characters for each sentence."""
    return _composed(_CHINESE, count, sentences=sentences, between="", seed=seed)


def _composed(
    parts: tuple[tuple[str, ...], ...], count: int, *, sentences: int, between: str, seed: int
) -> list[str]:
    dice = Random(seed)
    return [
        between.join(between.join(dice.choice(part) for part in parts) for _ in range(sentences))
        for _ in range(count)
    ]
