"""Measures first triage, the learned model included: assessments a second of one core, long texts, memory.

Run: python -m benchmarks.triage_speed. The bound is a bag of words: cut the text, look each word up, add up
its row of the same table. Nothing that weighs words can cost less.
"""

from __future__ import annotations

import json
import random
import re
import string
import time
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks import rig
from webcare import settings
from webcare.channels.plain import MAX_TEXT
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet
from webcare.learning import readers, shelf
from webcare.services import judging

PLAYBOOKS = rig.ROOT / "playbooks"
LINES = rig.ROOT / "tests" / "domain" / "triage" / "lines.txt"
RECEIVED = datetime(2026, 4, 13, 18, 30, tzinfo=UTC)
WORDS = 30
MESSAGES = 1500
ROUNDS = 5
WANTED, MOST_BAGS, LIMIT_MS, LIMIT_MB = 2000, 48, 200, 300
_WORD = re.compile(r"\w+")


def load_rules() -> CueSet:
    """Return the rules of the volcanic-ash playbook on top of the base."""
    return readers.cues("volcanic-ash", PLAYBOOKS)


def messages(count: int, seed: int = 7) -> list[Text]:
    """Return `count` different texts of exactly 30 words, mixed from the example lines of all languages.

    One word in ten is made up, so that no cache of words can answer everything.
    """
    chance = random.Random(seed)
    by_language: dict[str, list[str]] = {}
    for line in LINES.read_text("utf-8").splitlines():
        _, language, _, text = line.split(" | ", 3)
        by_language.setdefault(language, []).extend(text.split())
    texts = []
    for _ in range(count):
        pool = by_language[chance.choice(list(by_language))]
        start = chance.randrange(len(pool))
        words = [pool[(start + step) % len(pool)] for step in range(WORDS)]
        for _ in range(WORDS // 10):
            words[chance.randrange(WORDS)] = "".join(chance.choices(string.ascii_lowercase, k=8))
        texts.append(Text(" ".join(words), RECEIVED))
    return texts


def long_texts() -> dict[str, str]:
    """Return texts of the longest accepted size that try to be slow, each in its own way."""
    chance = random.Random(11)
    alphabet = string.ascii_letters + "    .'\u2019é"
    cues = "my insulin runs out tomorrow at 06:40 and my son is 8 and alone without a visa tonight no hotel "
    return {
        "one word": "a" * MAX_TEXT,
        "random words": "".join(chance.choices(alphabet, k=MAX_TEXT)),
        "all cues, one sentence": (cues * MAX_TEXT)[:MAX_TEXT],
        "all cues, sentences": (cues.strip() + ". ") * (MAX_TEXT // 100),
        "numbers": ("in 12 30 4 uur om 9 " * MAX_TEXT)[:MAX_TEXT],
        "digits": "4111 " * (MAX_TEXT // 5),
        "digits in a row": "1" * MAX_TEXT,
        "apostrophes": "l'" * (MAX_TEXT // 2),
        "accents": "e\u0301" * (MAX_TEXT // 2),
        "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467" * (MAX_TEXT // 5),
        "line breaks": "\n" * MAX_TEXT,
        "at signs": "a@" * (MAX_TEXT // 2),
        "capitals": "AB12" * (MAX_TEXT // 4),
    }


def written(count: int, seed: int) -> list[Text]:
    """Return up to `count` of the shipped examples of 25 to 35 words, as people wrote them."""
    lines = (line for file in PLAYBOOKS.glob("*/examples.jsonl") for line in file.open(encoding="utf-8"))
    texts = sorted(json.loads(line).get("text", "") for line in lines)
    texts = [text for text in texts if abs(len(text.split()) - WORDS) <= WORDS // 6]
    random.Random(seed).shuffle(texts)
    return [Text(text, RECEIVED) for text in texts[:count]]


def bag_of_words(
    text: str, known: dict[str, int], table: np.ndarray[tuple[int, int], np.dtype[np.int8]]
) -> int:
    """Return which output of `table` the words of `text` add up highest for: the bound."""
    rows = [known.setdefault(word, len(known)) for word in _WORD.findall(text.lower())]
    return int(np.add.reduce(table.take(rows, axis=0, mode="wrap"), axis=0, dtype=np.float32).argmax())


def per_second(judge: Callable[[Text], object], texts: Sequence[Text]) -> float:
    """Return how many texts a CPU second of this one process judges."""
    started = time.process_time()
    for text in texts:
        judge(text)
    return len(texts) / (time.process_time() - started)


def slowest(judge: Callable[[Text], object]) -> dict[str, float]:
    """Return CPU milliseconds for each long text, the worse of two runs."""
    spent = {}
    for name, text in long_texts().items():
        longest = [Text(text[:MAX_TEXT], RECEIVED)]
        spent[name] = max(1000 / per_second(judge, longest) for _ in range(2))
    return spent


def lexicon_megabytes() -> float:
    """Return the memory that the compiled phrases take, before any text was read."""
    rules = load_rules()
    tracemalloc.start()
    _ = rules.lexicon
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / 1_000_000


def worker_megabytes() -> float:
    """Return what a reading worker weighs (PSS) after 6,000 messages, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as own:
        return own.submit(_weigh).result()


def _weigh() -> float:
    import workers.triage  # noqa: F401, PLC0415 (what a worker loads, which this process must not)

    rules = load_rules()
    for text in messages(4 * MESSAGES):
        judging.assessment(text, rules)
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def main() -> None:
    """Let each way of judging take its turn in every round, and compare the best of each."""
    megabytes, weight, rules = lexicon_megabytes(), worker_megabytes(), load_rules()
    if shelf.in_use(settings.get().webcare_var) is None:
        raise SystemExit("The triage model is not there yet. Make it first: webcare learn --shipped")
    known: dict[str, int] = {}
    table = np.random.default_rng(1).integers(-99, 99, (1 << 17, 47), np.int8)
    ways: dict[str, Callable[[Text], object]] = {
        "rules and model": lambda text: judging.assessment(text, rules),
        "rules alone": lambda text: assess(text, rules),
        "bag of words": lambda text: bag_of_words(text.text, known, table),
    }
    examples = written(MESSAGES, seed=1)
    best: dict[tuple[str, str], float] = {}
    for number in range(ROUNDS + 1):
        # One word in ten is new in every round; the shipped examples are read again, and the first warms up.
        kinds = {"mixed lines": messages(MESSAGES, seed=number), "shipped examples": examples}
        for kind, texts in kinds.items():
            for way, judge in ways.items():
                rate = per_second(judge, texts)
                best[way, kind] = max(best.get((way, kind), 0.0), rate if number else 0.0)
    report(best, slowest(ways["rules and model"]), megabytes, weight)


def report(
    best: dict[tuple[str, str], float], spent: dict[str, float], phrases: float, worker: float
) -> None:
    """Print what was measured, beside what is wanted."""
    rows: list[dict[str, object]] = [
        {"what": f"{way}, {kind}", "a second and core": rate, "ms": 1000 / rate}
        for (way, kind), rate in best.items()
    ]
    for name, milliseconds in sorted(spent.items(), key=lambda pair: -pair[1]):
        what = f"{MAX_TEXT:,} characters, {name}"
        rows.append({"what": what, "a second and core": 1000 / milliseconds, "ms": milliseconds})
    kinds = {kind for _, kind in best}
    rate = min(best["rules and model", kind] for kind in kinds)
    bags = [best["bag of words", kind] / best["rules and model", kind] for kind in kinds]
    rig.show(
        "triage speed",
        rows,
        {
            f"assessments a second and core (at least {WANTED:,})": rate,
            f"an assessment costs as many bags of words (at most {MOST_BAGS})": max(bags),
            f"the longest accepted message, ms (at most {LIMIT_MS})": max(spent.values()),
            f"a worker with the model, MB (under {LIMIT_MB})": worker,
            "compiled phrases, MB": phrases,
        },
    )


if __name__ == "__main__":
    main()
