"""What the lexicons understand of everyday sentences, one capability at a time."""

import pytest

from community.analysis.language import language_of
from community.analysis.sentiment.scorer import decide, score

# fmt: off
CAPABILITIES = {
    "plain negation": (
        ("neg", "The calendar is not helpful."),
        ("neg", "Nothing on this page is useful."),
        ("neg", "No employee was willing to listen."),
        ("pos", "The queue was not long at all."),
        ("neg", "这家店的汤不好喝。"),
        ("neg", "前台没人愿意帮忙。"),
        ("pos", "排队时间不长。"),
        ("neg", "新耳機戴著不舒服。"),
    ),
    "negation from afar": (
        ("neg", "I don't think that, after three calls, anyone would find this hotline helpful."),
        ("neg", "There is no way I would ever call these headphones comfortable."),
        ("neg", "Nobody in our family would say that the tour was fun."),
        ("neg", "We never had the feeling that our guide was well prepared."),
        ("neg", "我不认为这次搬家之后的办公室比较舒适。"),
        ("neg", "没有一个朋友会说那次旅行好玩。"),
        ("neg", "很难说这顿饭吃得开心。"),
        ("neg", "從來沒有人跟我說過這個系統好用。"),
    ),
    "requests": (
        ("neu", "Please let the group owner rename a group."),
        ("neu", "It would be nice if comments could be sorted."),
        ("neu", "Would like an easier way to share lists."),
        ("neu", "麻烦把订单5521的收据寄给我。"),
        ("neu", "要是能在家打印门票就好了。"),
        ("neu", "請提供更方便的分享方式。"),
    ),
    "questions": (
        ("neu", "Which plan includes the best support?"),
        ("neu", "Are there free lockers at the pool?"),
        ("neg", "Why does it crash every time I open the map?"),
        ("neu", "退款一般需要几天？"),
        ("neu", "哪个套餐的支持最好？"),
        ("neg", "为什么每次打开地图都闪退？"),
    ),
    "facts": (
        ("neu", "My appointment is at half past ten."),
        ("neu", "The phone comes with a cable and a charger."),
        ("neu", "店铺五月搬到了市场街。"),
        ("neu", "手机附带一根数据线和一个充电器。"),
    ),
    "degree": (
        ("neg", "The coffee was barely drinkable."),
        ("neg", "The new chairs are a little too hard."),
        ("pos", "Incredibly friendly people."),
        ("neg", "咖啡勉强能喝。"),
        ("neg", "新椅子有点太硬了。"),
        ("pos", "这里的人热情极了。"),
    ),
    "contrast": (
        ("neg", "The lobby looks lovely, but our room was filthy."),
        ("pos", "The manual is confusing; still, the machine itself is brilliant."),
        ("neg", "The teacher is nice; however, the room is freezing."),
        ("neg", "老师人很好，不过教室冷得要命。"),
        ("pos", "虽然排队很久，但是店员又热情又麻利。"),
    ),
    "comparison": (
        ("neg", "The other bakery has far better bread."),
        ("neg", "My ten-year-old laptop is quicker than this one."),
        ("pos", "So much easier than the form we had before."),
        ("neg", "我十年前的电脑都比这台快。"),
        ("neg", "別的航空公司都處理得比你們好。"),
        ("pos", "比我们以前的表格简单多了。"),
    ),
    "change": (
        ("neg", "It used to be a lovely place."),
        ("neg", "Worked perfectly for a month and then died."),
        ("pos", "At first it was confusing, now I couldn't do without it."),
        ("pos", "The sound problem has finally been solved."),
        ("pos", "一开始不会用，现在离不开它了。"),
        ("neg", "以前这里挺好的，现在不行了。"),
    ),
    "double negation": (
        ("pos", "There wasn't one dish that I didn't enjoy."),
        ("pos", "Not a day goes by that I don't use it happily."),
        ("pos", "没有一道菜是我不喜欢的。"),
        ("pos", "不得不说，真的好用。"),
    ),
    "emoji": (
        ("neg", "Day four without internet 😤"),
        ("pos", "Look what came in the mail today 🥰"),
        ("neg", "第四天没有网了😤"),
    ),
    "sarcasm": (
        ("neg", "Oh great, my seat was sold twice."),
        ("neg", "Thanks a lot for losing my stroller."),
    ),
    "two languages": (
        ("pos", "新版 app 很 smooth，赞"),
        ("neg", "新版 UI 很 confusing，完全不 user friendly"),
        ("neg", "support 完全不 helpful"),
    ),
}
# fmt: on


class TestWhatTheLexiconsUnderstand:
    @pytest.mark.parametrize("capability", CAPABILITIES)
    def test_sentences_of_one_kind_are_read_as_people_read_them(self, capability: str) -> None:
        answers = {}
        for expected, text in CAPABILITIES[capability]:
            language = language_of(text)
            label, _confidence = decide(score(text, language), language)
            if label != expected:
                answers[text] = label

        assert answers == {}
