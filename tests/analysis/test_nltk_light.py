"""nltk without what it drags in."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from community.analysis.nltk_light import english_stem, vader

_ASK = """
import sys, types
community = types.ModuleType("community")
community.__path__ = ["community"]  # without reading the whole site
sys.modules["community"] = community
from community.analysis.nltk_light import english_stem, vader
assert vader().lexicon["good"] > 0 and english_stem()("running") == "run"
heavy = {"nltk", "numpy", "scipy", "sklearn"}
print(*sorted(name for name in sys.modules if name.partition(".")[0] in heavy))
"""


class TestVader:
    def test_it_brings_words_degrees_and_negators(self) -> None:
        known = vader()

        assert known.lexicon["terrible"] < 0 < known.lexicon["wonderful"]
        assert known.boosters["extremely"] > 0 > known.boosters["slightly"]
        assert "never" in known.negators

    def test_it_brings_the_sum_between_minus_one_and_one(self) -> None:
        assert -1 < vader().normalize(-50) < vader().normalize(0) == 0 < vader().normalize(3) < 1


class TestEnglishStem:
    def test_forms_of_a_word_share_a_stem(self) -> None:
        assert english_stem()("crashing") == english_stem()("crashed") == "crash"


class TestImporting:
    def test_it_reads_neither_the_rest_of_nltk_nor_numpy(self) -> None:
        asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)

        assert asked.stdout.strip() == ""

    def test_threads_may_ask_at_once(self) -> None:
        vader.cache_clear()
        english_stem.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            words = [
                pool.submit(lambda: (len(vader().lexicon), english_stem()("votes"))) for _each in range(16)
            ]

        assert {word.result() for word in words} == {(len(vader().lexicon), "vote")}
