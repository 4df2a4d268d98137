"""Reading as multiples of vaderSentiment's scorer over the same texts, and what reading costs a process.

Reading is all of it: language, feeling with its evidence, kind, topics, urgency and preferences, of which the
scorer does one. Both take turns in one process, so that a busy machine slows both; figures are medians.
With a folder of JSON Lines (`{"text", "lang"}`) as the argument, its files are read as well.
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import _texts
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from community.analysis.reader import Knowledge, Reader
from community.analysis.topics import TopicWords

ROUNDS = 9
BATCH = 200
GOALS = {"en": 0.4, "zh": 0.7}
TOPICS = (
    TopicWords("delivery", ("delivery", "shipping", "courier", "parcel", "快递", "物流", "送餐", "发货")),
    TopicWords("price", ("price", "expensive", "cheap", "discount", "价格", "便宜", "优惠", "贵")),
    TopicWords("service", ("service", "staff", "support", "客服", "服务员", "前台", "态度")),
    TopicWords("app", ("app", "update", "login", "crash", "应用", "软件", "登录", "闪退")),
    TopicWords("packaging", ("box", "wrapping", "damaged", "包装", "破损")),
    TopicWords("food", ("food", "breakfast", "taste", "味道", "早餐", "分量")),
    TopicWords("room", ("room", "noise", "bed", "房间", "隔音", "卫生")),
    TopicWords("payment", ("card", "payment", "refund", "invoice", "退款", "付款", "发票")),
)


def main() -> None:
    """Print a row for each kind of text, then what one text and the first reading cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of JSON Lines to read as well")
    reader = Reader(Knowledge(topics=TOPICS))
    vader = SentimentIntensityAnalyzer()
    print(f"{'texts':<28}{'characters':>11}{'scorer, µs':>12}{'reading, µs':>13}{'ratio':>8}{'goal':>7}")
    for name, language, texts in own_texts() + given_texts(parser.parse_args().folder):
        alone, whole = compared(
            lambda texts=texts: [vader.polarity_scores(text) for text in texts],
            lambda texts=texts: in_batches(reader, texts),
        )
        length = statistics.mean(map(len, texts))
        print(
            f"{name:<28}{length:>11.0f}{1e6 * alone / len(texts):>12.1f}{1e6 * whole / len(texts):>13.1f}"
            f"{alone / whole:>8.2f}{GOALS[language]:>7.2f}"
        )
    texts = _texts.english(100, sentences=2) + _texts.chinese(100, sentences=5)
    print(f"\none text, warm: {1000 * one_by_one(reader, texts):.3f} ms (goal 1)")
    seconds, megabytes = first_reading()
    print(f"the first reading of a process: {seconds:.2f} s of CPU (goal 0.5), {megabytes:.0f} MB (goal 40)")


def own_texts() -> list[tuple[str, str, list[str]]]:
    """What there is without a folder: a name, a language and texts each."""
    return [
        ("English, short", "en", _texts.english(400)),
        ("English, long", "en", _texts.english(400, sentences=3)),
        ("Chinese, short", "zh", _texts.chinese(400)),
        ("Chinese, long", "zh", _texts.chinese(400, sentences=7)),
    ]


def given_texts(folder: Path | None) -> list[tuple[str, str, list[str]]]:
    """The files of the folder that are in English or in Chinese, as `own_texts`."""
    found = []
    for path in sorted(folder.glob("*.jsonl")) if folder else ():
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        language = str(rows[0].get("lang", ""))[:2] if rows else ""
        if language in GOALS:
            found.append((path.stem, language, [str(row["text"]) for row in rows[:1000]]))
    return found


def compared(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The median seconds of CPU of each, taking turns."""
    one()
    other()
    rounds = [(cpu_of(one), cpu_of(other)) for _ in range(ROUNDS)]
    return statistics.median(first for first, _ in rounds), statistics.median(last for _, last in rounds)


def cpu_of(work: Callable[[], object]) -> float:
    """Seconds of CPU that the work takes."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def in_batches(reader: Reader, texts: Sequence[str]) -> None:
    """Read them as the worker does."""
    for start in range(0, len(texts), BATCH):
        reader.read(texts[start : start + BATCH])


def one_by_one(reader: Reader, texts: Sequence[str]) -> float:
    """The median seconds of one text read alone."""
    reader.read(texts)
    taken = []
    for text in texts:
        started = time.perf_counter()
        reader.read_one(text)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def first_reading() -> tuple[float, float]:
    """Seconds of CPU and megabytes that a fresh process spends on all imports and its first texts."""
    script = Path(__file__).with_name("_first_reading.py")
    ran = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, ran.stdout.split())
    return seconds, megabytes


if __name__ == "__main__":
    main()
