"""How the Chinese lexicon and its rules read what people write."""

from collections import Counter
from importlib import resources

import pytest

from community.analysis.masking import mask
from community.analysis.sentiment import chinese
from community.analysis.sentiment.chinese.lexicon import entries
from community.analysis.sentiment.findings import Evidence, Scored, Words

NO_WORDS: Words = {}


def read(text: str, words: Words = NO_WORDS) -> Scored:
    return chinese.score(mask(text), words)


def balance(text: str) -> float:
    return read(text).signals.compound


def shown(text: str) -> list[tuple[str, str]]:
    return [(text[found.start : found.end], found.rule) for found in read(text).evidence]


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "包装严实，苹果又脆又甜",
            "房间很干净，下次还会入住",
            "界面清爽，上手快",
            "小哥很给力",
            "贺卡很漂亮",
        ],
    )
    def test_praise_is_positive(self, text: str) -> None:
        assert balance(text) > 0.35

    @pytest.mark.parametrize(
        "text",
        [
            "隔音太差，一夜没睡好",
            "汤全洒了，面也坨了",
            "一打开就闪退",
            "踩雷了，再也不会买",
            "油耗高，还有异响",
        ],
    )
    def test_complaint_is_negative(self, text: str) -> None:
        assert balance(text) < -0.35

    def test_a_fact_is_neither(self) -> None:
        assert abs(balance("导出按钮在右上角。")) < 0.3

    def test_the_longest_word_is_read(self) -> None:
        assert shown("不锈钢不错") == [("不错", "word")]

    def test_words_of_taiwan_and_hong_kong_are_known(self) -> None:
        assert balance("這個外掛超讚，CP值很高") > 0.5
        assert balance("有夠雷，伺服器一直當機") < -0.5
        assert balance("好伏，浪費錢") < -0.5

    def test_tags_of_social_networks_are_known(self) -> None:
        assert balance("明天出发[嘻嘻][哈哈]") > 0.5
        assert balance("又要加班[泪][泪]") < -0.5

    def test_english_words_count_only_where_they_stand_alone(self) -> None:
        assert balance("客服很nice") > 0.3
        assert read("型号是 nicer2000").evidence == ()


class TestNegation:
    @pytest.mark.parametrize(
        "text",
        [
            "这个按钮不好用。",
            "一点也不方便",
            "从来没有满意过",
            "并不是很好看",
            "谈不上舒服",
            "没有想象中好吃",
        ],
    )
    def test_it_turns_praise(self, text: str) -> None:
        assert balance(text) < -0.3

    @pytest.mark.parametrize("text", ["没有异味和破损", "一点都不卡", "再也不卡顿了", "价格不贵"])
    def test_it_turns_complaint(self, text: str) -> None:
        assert balance(text) > 0.1

    @pytest.mark.parametrize("text", ["不是不好用，要习惯一下", "没有一次让我不满意", "不能不说好"])
    def test_twice_it_is_praise(self, text: str) -> None:
        assert balance(text) > 0.3

    def test_it_ends_with_the_clause(self) -> None:
        assert balance("没带雨伞，服务很贴心") > 0.3


class TestDegree:
    def test_it_stresses(self) -> None:
        assert balance("非常结实") > balance("结实") > balance("比较结实") > 0

    def test_it_stresses_from_behind(self) -> None:
        assert balance("贵得要命") < balance("贵") < 0
        assert shown("贵得要命") == [("贵得要命", "degree")]

    def test_good_stresses_what_follows_it(self) -> None:
        assert balance("好慢啊") < -0.5

    def test_too_much_of_a_measure_is_a_fault(self) -> None:
        assert balance("这双鞋有点大") < -0.05
        assert balance("蛋糕太甜") < -0.3


class TestMeasure:
    def test_it_is_good_or_bad_by_what_it_measures(self) -> None:
        assert balance("性价比高") > 0.3 > -0.3 > balance("价格很高")
        assert balance("送货很快") > 0.3 > -0.3 > balance("耗电很快")
        assert balance("空间很大") > 0.3 > -0.3 > balance("噪音很大")
        assert balance("续航很长") > 0.3 > -0.3 > balance("等待时间很长")

    def test_a_single_character_inside_another_word_says_nothing(self) -> None:
        assert read("水果牛奶和重庆小面").evidence == ()


class TestContrast:
    def test_what_follows_it_weighs_more(self) -> None:
        assert balance("味道不错，但是送得太慢") < balance("送得太慢，但是味道不错")
        assert read("味道不错，但是送得太慢").signals.contrast < 0

    def test_a_small_fault_does_not_undo_praise(self) -> None:
        assert balance("房间很舒服，早餐也不错，就是电梯有点慢") > 0


class TestComparison:
    def test_less_than_before_is_a_complaint(self) -> None:
        assert balance("还不如旧版本。") < -0.3
        assert balance("还是老版本好用") < -0.3
        assert balance("没有以前好吃") < -0.3

    def test_better_than_before_is_praise(self) -> None:
        assert balance("比旧版本好太多") > 0.3
        assert balance("比想象的还要好") > 0.3


class TestChange:
    def test_what_was_bad_is_over(self) -> None:
        assert balance("终于不卡了") > 0.1
        assert balance("以前很卡，现在流畅多了") > 0.3

    def test_what_was_good_is_over(self) -> None:
        assert balance("以前很好吃，现在越来越差") < -0.3


class TestRequests:
    @pytest.mark.parametrize(
        "text",
        ["希望增加夜间模式", "能不能支持导出表格？", "请问可以开发票吗？", "建议加一个更好用的筛选"],
    )
    def test_they_are_neutral(self, text: str) -> None:
        assert abs(balance(text)) < 0.3

    def test_they_are_told(self) -> None:
        assert read("希望增加夜间模式").signals.is_request
        assert read("免费版好用吗？").signals.is_question

    def test_complaint_in_them_stays(self) -> None:
        assert balance("垃圾软件，建议大家别下载") < -0.5


class TestIrony:
    def test_a_cheer_before_a_loss_is_not_meant(self) -> None:
        assert balance("真棒，更新一次丢一次数据。") < -0.3
        assert "irony" in [rule for _text, rule in shown("真棒，更新一次丢一次数据。")]

    def test_a_dry_laugh_turns_what_follows(self) -> None:
        assert balance("呵呵，客服态度可真好。") < -0.3

    def test_a_cheer_before_praise_is_meant(self) -> None:
        assert balance("真棒，又快又方便") > 0.5


class TestEvidence:
    def test_it_stands_where_the_original_has_it(self) -> None:
        assert shown("APP 很難用，還會閃退😡！") == [
            ("很難用", "degree"),
            ("還會閃退", "degree"),
            ("😡", "word"),
        ]

    def test_its_weight_has_the_sign_of_what_it_says(self) -> None:
        praise, complaint = read("味道不错，送得太慢").evidence
        assert isinstance(praise, Evidence)
        assert praise.weight > 0 > complaint.weight

    def test_traditional_reads_as_simplified(self) -> None:
        assert read("客服態度很好，物流卻太慢").signals == read("客服态度很好，物流却太慢").signals

    def test_broken_surrogates_do_no_harm(self) -> None:
        assert read("好用\ud83d").evidence[0].end == 2


class TestFaces:
    def test_a_face_is_no_part_of_what_is_negated_before_it(self) -> None:
        assert shown("还没吃上[泪]")[-1] == ("[泪]", "word")
        assert read("票没抢到😭").evidence[-1].weight < 0

    def test_tears_weigh_more_than_a_laugh(self) -> None:
        assert read("终于考完了[哈哈]明天还有一门[泪]").signals.compound < 0

    def test_faint_praise_behind_also_is_not_lost(self) -> None:
        assert shown("灯也不错") == [("也不错", "word")]


class TestManyTexts:
    def test_each_is_read_as_it_is_alone(self) -> None:
        texts = ["不", "好用", "", "太慢了，希望快点", "APP 很难用\x1e还闪退", "呵呵，真好"] * 9

        assert chinese.score_many(texts, NO_WORDS) == [chinese.score(text, NO_WORDS) for text in texts]

    def test_what_signs_part_texts_does_not_part_one(self) -> None:
        assert shown("好用\x1e好看") == [("好用", "word"), ("好看", "word")]


class TestOwnWords:
    def test_a_site_can_add_a_word(self) -> None:
        assert read("今天又小蓝屏", {"小蓝屏": -3.0}).signals.negative >= 3
        assert read("体验很奈斯", {"奈斯": 2.5}).signals.positive > 2

    def test_a_site_can_silence_a_word(self) -> None:
        assert read("我们的产品叫惊喜", {"惊喜": 0.0}).evidence == ()

    def test_they_do_not_leak(self) -> None:
        read("体验很奈斯", {"奈斯": 2.5})
        assert read("体验很奈斯").evidence == ()


class TestLexicon:
    def test_it_holds_thousands_of_words(self) -> None:
        assert len(entries()) > 5000

    def test_all_of_it_is_in_the_form_that_texts_are_scored_in(self) -> None:
        assert [phrase for phrase in entries() if mask(phrase).lower() != phrase] == []

    def test_no_phrase_stands_twice(self) -> None:
        folder = resources.files("community.analysis.sentiment").joinpath("lexicons", "chinese")
        tables = [file for file in folder.iterdir() if file.name.startswith("words_")]
        rows = [row for table in tables for row in table.read_text(encoding="utf-8").splitlines()]
        phrases = Counter(phrase for row in rows if row[0] != "#" for phrase in row.split("\t")[1].split())

        assert [phrase for phrase, count in phrases.items() if count > 1] == []
