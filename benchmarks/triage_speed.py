"""Measures first triage: assessments a second on one core for 30-word messages, and the worst long text.

Run: python -m benchmarks.triage_speed. The first line is JSON for machines, the table is for people.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import string
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import yaml

from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet, merged

ROOT = Path(__file__).resolve().parent.parent
LINES = ROOT / "tests" / "domain" / "triage" / "lines.txt"
RECEIVED = datetime(2026, 4, 13, 18, 30, tzinfo=UTC)
LONGEST = 100_000
WORDS = 30


def load_rules() -> CueSet:
    """Return the rules of the volcanic-ash playbook on top of the base."""
    files = (ROOT / "playbooks" / slug / "cues.yaml" for slug in ("base", "volcanic-ash"))
    base, extra = (yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files)
    return CueSet.model_validate(merged(base, extra))


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
        "one word": "a" * LONGEST,
        "random words": "".join(chance.choices(alphabet, k=LONGEST)),
        "all cues, one sentence": (cues * LONGEST)[:LONGEST],
        "all cues, sentences": (cues.strip() + ". ") * (LONGEST // 100),
        "numbers": ("in 12 30 4 uur om 9 " * LONGEST)[:LONGEST],
        "digits": "4111 " * (LONGEST // 5),
        "digits in a row": "1" * LONGEST,
        "apostrophes": "l'" * (LONGEST // 2),
        "accents": "e\u0301" * (LONGEST // 2),
        "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467" * (LONGEST // 5),
        "line breaks": "\n" * LONGEST,
        "at signs": "a@" * (LONGEST // 2),
        "capitals": "AB12" * (LONGEST // 4),
    }


def per_second(texts: list[Text], rules: CueSet) -> float:
    """Return assessments per CPU second of this one process."""
    started = time.process_time()
    for text in texts:
        assess(text, rules)
    return len(texts) / (time.process_time() - started)


def slowest(rules: CueSet) -> dict[str, float]:
    """Return CPU milliseconds for each long text, the worse of two runs."""
    spent = {}
    for name, text in long_texts().items():
        runs = []
        for _ in range(2):
            started = time.process_time()
            assess(Text(text[:LONGEST], RECEIVED), rules)
            runs.append((time.process_time() - started) * 1000)
        spent[name] = round(max(runs), 1)
    return spent


def lexicon_megabytes() -> float:
    """Return the memory that the compiled phrases take, before any text was read."""
    rules = load_rules()
    tracemalloc.start()
    _ = rules.lexicon
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / 1_000_000


def main() -> None:
    """Print one JSON line and a small table."""
    rules = load_rules()
    megabytes = lexicon_megabytes()
    warm = messages(500, seed=1)
    per_second(warm, rules)
    rate = statistics.median(per_second(messages(3000, seed), rules) for seed in range(2, 7))
    spent = slowest(rules)
    worst = max(spent.values())
    figures = {"assessments_per_second": round(rate), "worst_ms": worst, "longest": LONGEST}
    print(json.dumps(figures | {"lexicon_mb": round(megabytes, 1), "load": round(os.getloadavg()[0], 1)}))
    print(f"\n{'30-word messages':<28}{rate:>10,.0f} a second and core (target 3,000)")
    print(f"{'compiled phrases':<28}{megabytes:>10.1f} MB; load average {os.getloadavg()[0]:.1f}")
    for name, milliseconds in sorted(spent.items(), key=lambda pair: -pair[1]):
        print(f"{LONGEST // 1000}k characters, {name:<24}{milliseconds:>8.1f} ms (limit 200)")


if __name__ == "__main__":
    main()
