"""Measures clusters: B-cubed figures on our own sets and an outside one, messages a second, memory.

Run: python -m benchmarks.clusters. The first line is JSON for machines, the table is for people.
`development.jsonl` was looked at while the words were written, `second.jsonl` after one first measurement,
`held_back.jsonl` (other matters, written last) only to be measured. `pairs.jsonl` holds pairs that one answer
serves and pairs that share words only, in three rounds: each was written without a look at the words of the
matters, measured, and then learned from; what it said at first sight stands in `FIRST_SIGHT`.
"""

from __future__ import annotations

import csv
import json
import random
import resource
import time
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from webcare import playbooks
from webcare.domain.clusters import Grouping, Matters, Profile, by_cues, read
from webcare.domain.triage.cues import CueSet
from webcare.playbooks import matters

ROOT = Path(__file__).resolve().parent
SETS = ("development", "second", "held_back")
OUTSIDE = ROOT.parents[1] / "shared" / "data" / "banking77" / "train.csv"
FLOOD = 100_000
# Right of 40 when a round was new: the honest figure for words that nobody has prepared for.
FIRST_SIGHT = (29, 27, 29)
RECEIVED = datetime(2026, 4, 13, 18, 30, tzinfo=UTC)
_ORDERS = 5
_OUTSIDE_MESSAGES = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a set with what it should become."""

    text: str
    language: str
    cluster: str
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """B-cubed precision and recall of one grouping."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def lines(name: str) -> list[Line]:
    """Return the messages of one of our sets; one that stands alone is a cluster of its own."""
    file = ROOT / "clusters" / f"{name}.jsonl"
    given = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [Line(one["text"], one["lang"], one["cluster"] or one["id"], one["outlier"]) for one in given]


def outside() -> list[Line]:
    """Return a sample of the outside set of one bank's questions in 77 intents; empty when it isn't there."""
    if not OUTSIDE.is_file():
        return []
    with OUTSIDE.open(encoding="utf-8", newline="") as file:
        found = [Line(row["text"], "en", row["category"], is_outlier=False) for row in csv.DictReader(file)]
    random.Random(1).shuffle(found)
    return found[:_OUTSIDE_MESSAGES]


def b_cubed(wanted: Sequence[Hashable], got: Sequence[Hashable]) -> Figures:
    """Return precision and recall, averaged over messages: how pure and how whole is each one's cluster."""
    gold: dict[Hashable, set[int]] = defaultdict(set)
    made: dict[Hashable, set[int]] = defaultdict(set)
    for at, (one, other) in enumerate(zip(wanted, got, strict=True)):
        gold[one].add(at)
        made[other].add(at)
    both = [(len(gold[one] & made[other]), one, other) for one, other in zip(wanted, got, strict=True)]
    return Figures(
        sum(shared / len(made[other]) for shared, _, other in both) / len(both),
        sum(shared / len(gold[one]) for shared, one, _ in both) / len(both),
    )


def grouped(given: Sequence[Line], known: Matters, seed: int | None = None) -> list[tuple[int, bool, bool]]:
    """Return cluster, whether it is sure and whether it is an outlier of each, placed in the given order."""
    order = list(range(len(given)))
    if seed is not None:
        random.Random(seed).shuffle(order)
    grouping = Grouping(known.kinds)
    readings = [read(line.text, known, line.language) for line in given]
    placements = {at: grouping.place(readings[at]) for at in order}
    cues = CueSet.model_validate(playbooks.load("base", playbooks.shipped()).cues)
    levels = [
        by_cues(line.text, reading.language, cues, RECEIVED)
        for line, reading in zip(given, readings, strict=True)
    ]
    profiles: dict[int, Profile] = defaultdict(Profile)
    for at in order:
        profiles[placements[at].cluster].add(readings[at], levels[at])
    found = []
    for at, reading in enumerate(readings):
        placed = placements[at]
        found.append(
            (placed.cluster, placed.is_sure, profiles[placed.cluster].asks_more(reading, levels[at]))
        )
    return found


def measured(given: Sequence[Line], known: Matters) -> dict[str, float]:
    """Return the figures of a set, averaged over orders, and those of its outliers in the order it has."""
    wanted = [line.cluster for line in given]
    runs = [
        b_cubed(wanted, [one[0] for one in grouped(given, known, None if at == 0 else at)])
        for at in range(_ORDERS)
    ]
    found = {at for at, one in enumerate(grouped(given, known)) if one[2]}
    meant = {at for at, line in enumerate(given) if line.is_outlier}
    return {
        "messages": len(given),
        "precision": round(sum(one.precision for one in runs) / len(runs), 3),
        "recall": round(sum(one.recall for one in runs) / len(runs), 3),
        "f1": round(sum(one.f1 for one in runs) / len(runs), 3),
        "outliers": len(meant),
        "outliers_found": len(found & meant),
        "outliers_false": len(found - meant),
    }


def sure_pairs(given: Sequence[Line], known: Matters) -> tuple[int, int]:
    """Return how many sure placements there are and how many stand with the message's own cluster."""
    found = grouped(given, known)
    right = total = 0
    for at, (cluster, is_sure, _) in enumerate(found):
        if is_sure:
            mates = [given[other].cluster for other in range(at) if found[other][0] == cluster]
            total += 1
            right += mates.count(given[at].cluster) * 2 > len(mates)
    return total, right


def right_pairs(known: Matters) -> list[int]:
    """Return of each round of pairs how many come together, or stay apart, as they should."""
    right: dict[int, int] = defaultdict(int)
    for line in (ROOT / "clusters" / "pairs.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        grouping = Grouping(known.kinds)
        one, other = (grouping.place(read(pair[side], known)).cluster for side in ("one", "other"))
        right[pair["round"]] += (one == other) == pair["same"]
    return [right[number] for number in sorted(right)]


def flood(count: int, seed: int = 3) -> list[tuple[str, str]]:
    """Return `count` varied texts with their language: a word gone, a word or half a sentence more."""
    chance = random.Random(seed)
    texts = [(line.text, line.language) for name in SETS for line in lines(name)]
    varied = []
    for _ in range(count):
        text, language = chance.choice(texts)
        words = text.split()
        if len(words) > 5 and chance.random() < 0.5:
            del words[chance.randrange(len(words))]
        if chance.random() < 0.3:
            words += chance.choice(texts)[0].split()[:8]
        words.insert(chance.randrange(len(words)), "".join(chance.choices("abcdefghiklmnoprstu", k=7)))
        varied.append((f"{' '.join(words)} ZZ{chance.randrange(100, 999)}", language))
    return varied


def speed(known: Matters) -> dict[str, float]:
    """Return messages a second and core (CPU time), and the megabytes that the process grew by."""
    given = flood(FLOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grouping = Grouping(known.kinds)
    started = time.process_time()
    opened = sum(grouping.place(read(text, known, language)).is_new for text, language in given)
    spent = time.process_time() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"messages": FLOOD, "a_second": round(FLOOD / spent), "megabytes": round(grown), "opened": opened}


def main() -> None:
    """Print one JSON line and a small table."""
    known = matters.load(playbooks.shipped())
    figures = {name: measured(lines(name), known) for name in SETS}
    others = outside()
    if others:
        got = b_cubed([one.cluster for one in others], [one[0] for one in grouped(others, known)])
        figures["outside"] = {
            "messages": len(others),
            "precision": round(got.precision, 3),
            "recall": round(got.recall, 3),
            "f1": round(got.f1, 3),
        }
    fast = speed(known)
    print(json.dumps(figures | {"speed": fast}))
    for name, one in figures.items():
        print(
            f"{name:<14}{one['messages']:>7} messages  F1 {one['f1']:.3f}  "
            f"precision {one['precision']:.3f}  recall {one['recall']:.3f}"
        )
    for name in SETS:
        total, right = sure_pairs(lines(name), known)
        print(f"{name:<14}{total:>7} sure, {right} of them rightly")
    print(f"pairs, of 40 each: {right_pairs(known)} right, at first sight {list(FIRST_SIGHT)}")
    print(f"{fast['messages']:,} messages: {fast['a_second']:,} a second, {fast['megabytes']} MB")


if __name__ == "__main__":
    main()
