"""Questions that are asked everywhere, in every language, and the surveys that begin with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from community.surveys.drafting import Draft

Texts = Mapping[str, str]


def _in(en: str, hans: str, hant: str) -> dict[str, str]:
    return {"en": en, "zh_Hans": hans, "zh_Hant": hant}


@dataclass(frozen=True)
class Standard:
    """A question with its kind and words; `name` is what staff choose it by."""

    name: Any
    kind: str
    code: str
    text: Texts
    hint: Texts = field(default_factory=dict)
    options: Sequence[Texts] = ()
    settings: Mapping[str, Texts] = field(default_factory=dict)
    is_required: bool = True

    def draft(self, languages: Sequence[str]) -> Draft:
        """The question in these languages, ready to be added."""
        return Draft(
            text=_spoken(self.text, languages),
            code=self.code,
            hint=_spoken(self.hint, languages),
            options=[{"text": _spoken(option, languages)} for option in self.options],
            settings={name: _spoken(texts, languages) for name, texts in self.settings.items()},
            is_required=self.is_required,
        )


def _spoken(texts: Texts, languages: Sequence[str]) -> dict[str, str]:
    return {locale: texts[locale] for locale in languages if locale in texts}


@dataclass(frozen=True)
class Start:
    """What a new survey begins with: the codes of standard questions, one after another."""

    name: Any
    use: Any
    questions: Sequence[str] = ()


PURPOSE = _in(
    "We read every answer. Once the survey has closed, we tell you here what we heard and what we do.",
    "每一份回答我们都会读。问卷结束后，我们会在这里告诉您：我们听到了什么，接下来要做什么。",
    "每一份回答我們都會讀。問卷結束後，我們會在這裡告訴您：我們聽到了什麼，接下來要做什麼。",
)

STANDARDS: Mapping[str, Standard] = {
    "nps": Standard(
        _l("Would you recommend us? (NPS)"),
        "nps",
        "nps",
        _in(
            "How likely is it that you would recommend us to somebody you know?",
            "您有多大可能把我们推荐给认识的人？",
            "您有多大可能把我們推薦給認識的人？",
        ),
        settings={
            "low": _in("Not likely at all", "完全不可能", "完全不可能"),
            "high": _in("Very likely indeed", "非常可能", "非常可能"),
        },
    ),
    "nps_why": Standard(
        _l("The reason for the score"),
        "long_text",
        "nps_why",
        _in(
            "What is the main reason for your answer?",
            "您这样回答，主要原因是什么？",
            "您這樣回答，主要原因是什麼？",
        ),
        _in(
            "A sentence or two is plenty. A person reads it.",
            "一两句话就够了。会有人认真读。",
            "一兩句話就夠了。會有人認真讀。",
        ),
        is_required=False,
    ),
    "csat": Standard(
        _l("Satisfied with this contact? (CSAT)"),
        "csat",
        "csat",
        _in(
            "All in all, how satisfied are you with how we dealt with your request?",
            "总的来说，对我们这次的处理，您满意吗？",
            "總的來說，對我們這次的處理，您滿意嗎？",
        ),
        settings={
            "low": _in("Very dissatisfied", "非常不满意", "非常不滿意"),
            "high": _in("Very satisfied", "非常满意", "非常滿意"),
        },
    ),
    "ces": Standard(
        _l("Was it easy? (CES)"),
        "ces",
        "ces",
        _in(
            "“It was easy to get done what I came for.” How far do you agree?",
            "“我想办的事，很容易就办好了。”您同意吗？",
            "「我想辦的事，很容易就辦好了。」您同意嗎？",
        ),
        settings={
            "low": _in("Disagree strongly", "完全不同意", "完全不同意"),
            "high": _in("Agree strongly", "完全同意", "完全同意"),
        },
    ),
    "solved": Standard(
        _l("Was it solved?"),
        "yes_no",
        "solved",
        _in(
            "Is what you asked us about settled now?",
            "您问我们的事，现在解决了吗？",
            "您問我們的事，現在解決了嗎？",
        ),
    ),
    "overall": Standard(
        _l("How good is it?"),
        "rating5",
        "overall",
        _in("How do you like it overall?", "总体来说，您觉得怎么样？", "總體來說，您覺得怎麼樣？"),
        settings={
            "low": _in("Not at all", "很不喜欢", "很不喜歡"),
            "high": _in("Very much", "非常喜欢", "非常喜歡"),
        },
    ),
    "trend": Standard(
        _l("Better or worse than before?"),
        "single",
        "trend",
        _in(
            "Compared with half a year ago: has it become better or worse for you?",
            "和半年前相比，对您来说是变好了还是变差了？",
            "和半年前相比，對您來說是變好了還是變差了？",
        ),
        options=(
            _in("Much better", "好了很多", "好了很多"),
            _in("A little better", "好了一点", "好了一點"),
            _in("About the same", "差不多", "差不多"),
            _in("A little worse", "差了一点", "差了一點"),
            _in("Much worse", "差了很多", "差了很多"),
            _in("I was not with you then", "那时我还没来", "那時我還沒來"),
        ),
    ),
    "how_often": Standard(
        _l("How often do they use it?"),
        "single",
        "how_often",
        _in("How often do you use it?", "您多久用一次？", "您多久用一次？"),
        options=(
            _in("Every day", "每天", "每天"),
            _in("Every week", "每周", "每週"),
            _in("Every month", "每月", "每月"),
            _in("Less often", "更少", "更少"),
            _in("Never so far", "还没用过", "還沒用過"),
        ),
    ),
    "one_change": Standard(
        _l("One thing to change"),
        "long_text",
        "one_change",
        _in(
            "If you could change one thing, what would it be?",
            "如果只能改变一件事，您会改什么？",
            "如果只能改變一件事，您會改什麼？",
        ),
        is_required=False,
    ),
    "anything_else": Standard(
        _l("Anything else?"),
        "long_text",
        "anything_else",
        _in(
            "Is there anything else we should know?",
            "还有什么是我们应该知道的吗？",
            "還有什麼是我們應該知道的嗎？",
        ),
        is_required=False,
    ),
}

STARTS: Mapping[str, Start] = {
    "empty": Start(_l("An empty survey"), _l("Ask what you like.")),
    "recommend": Start(
        _l("Would they recommend us?"),
        _l("NPS, the reason for it, and one thing to change. One minute."),
        ("nps", "nps_why", "one_change"),
    ),
    "contact": Start(
        _l("After a contact"),
        _l("Settled, satisfied, easy, and one thing to change. One minute."),
        ("solved", "csat", "ces", "one_change"),
    ),
    "check_up": Start(
        _l("How are things?"),
        _l("Use, liking, better or worse than before, anything else. Two minutes; good to repeat."),
        ("how_often", "overall", "trend", "anything_else"),
    ),
}
