"""Measures what learned triage is worth on what it never saw: authors, whole playbooks, whole domains.

Run: python -m benchmarks.triage_learning. Takes a quarter of an hour, because it fits two dozen models.
The last part needs the tweets of CrisisLexT26 in ../shared/data and is left out, saying so, without them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import rig
from webcare.domain.triage import Model
from webcare.domain.urgency import Urgency
from webcare.learning import building, examples, fitting, judging, readers
from webcare.learning.examples import Example
from webcare.learning.report import Report

PLAYBOOKS = rig.ROOT / "playbooks"
JUDGED_BY = rig.ROOT / "benchmarks" / "triage"
TWEETS = rig.ROOT.parent / "shared" / "data" / "crisislex26" / "tweets.csv"
HELD = frozenset({"Affected individuals", "Infrastructure and utilities"})
SHARES, GIVEN, SEED = 4, 200, 26
# The biggest events in which much of what people wrote tells of people or damage, in three languages.
EVENTS = (
    "2013_Typhoon_Yolanda",
    "2012_Guatemala_earthquake",
    "2012_Italy_earthquakes",
    "2013_Boston_bombings",
)
# Left out of a model together with everything else that was written for it.
STRANGE = "service-outage-telecom"

Row = dict[str, object]


def main() -> None:
    """Print a table for authors and playbooks left out, and one for 200 messages of strange domains."""
    everything = [one for one in examples.of_playbooks(PLAYBOOKS) if one.weight == 1]
    left_out = [*by_author(everything), *by_playbook(everything)]
    worst = min(row["recall"] for row in left_out if row["what"] == "authors left out")  # type: ignore[type-var]
    rig.show("triage: left out", left_out, {"U0+U1 recall, worst share of authors": worst})
    present = building.shipped(PLAYBOOKS)
    rows = [lesson(name, given, rest, present) for name, given, rest in domains()]
    rows.append(own_domain(everything))
    rig.show(
        "triage: 200 labelled messages of a strange domain",
        rows,
        {
            "ranking gained, least": min(float(str(row["gained"])) for row in rows),
            "U0+U1 recall lost on the development sets, most (at most 0.01)": max(
                float(str(row["recall lost"])) for row in rows
            ),
        },
    )


def by_author(everything: Sequence[Example]) -> Iterable[Row]:
    """Judge every author by a model that never saw them nor the other authors of their share."""
    authors = sorted({one.author for one in everything})
    for share in range(SHARES):
        names = authors[share::SHARES]
        held = [one for one in everything if one.author in names]
        yield _judged("authors left out", ", ".join(names), everything, held)


def by_playbook(everything: Sequence[Example]) -> Iterable[Row]:
    """Judge every playbook's examples by a model that has none of them, under the base rules alone."""
    for slug in sorted({one.playbook for one in everything} - {readers.BASE}):
        held = [one for one in everything if one.playbook == slug]
        yield _judged("playbook left out", slug, everything, held)


def _judged(what: str, which: str, everything: Sequence[Example], held: Sequence[Example]) -> Row:
    left = set(held)
    known = [one for one in everything if one not in left]
    model = fitting.fit(known, readers.PlaybookReader(PLAYBOOKS))
    return {"what": what, "which": which, **_figures(judging.judge(held, model, PLAYBOOKS))}


def _figures(found: Report) -> Row:
    return {
        "messages": found.messages,
        "recall": found.grave.recall,
        "precision": found.grave.precision,
        "macro-F1": found.macro_f1,
        "ranking": found.average_precision,
    }


def domains() -> Iterable[tuple[str, list[Example], list[Example]]]:
    """Yield the tweets of some events, 200 to learn from and the rest; U1 tells of people or damage."""
    if not TWEETS.is_file():
        print(f"{TWEETS.name} is not there: the domains of CrisisLexT26 are left out.")
        return
    with TWEETS.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["event"] in EVENTS]
    for event in EVENTS:
        found = [_example(row) for row in rows if row["event"] == event]
        random.Random(SEED).shuffle(found)
        yield event, found[:GIVEN], found[GIVEN:]


def _example(row: dict[str, str]) -> Example:
    is_held = row["informativeness"] == "Related and informative" and row["info_type"] in HELD
    return Example(row["text"], Urgency.U1 if is_held else Urgency.U4)


def own_domain(everything: Sequence[Example]) -> Row:
    """Judge a playbook that the model never saw, before and after 200 of its messages were learned."""
    strange = [one for one in everything if one.playbook == STRANGE]
    random.Random(SEED).shuffle(strange)
    known = [one for one in everything if one.playbook != STRANGE]
    reader = readers.PlaybookReader(PLAYBOOKS)
    given = [
        Example(one.text, one.level, author="this desk", weight=building.OWN_WEIGHT)
        for one in strange[:GIVEN]
    ]
    before, after = fitting.fit(known, reader), fitting.fit([*known, *given], reader)
    return _compared(f"{STRANGE} (own)", strange[GIVEN:], before, after)


def lesson(name: str, given: Sequence[Example], rest: Sequence[Example], present: Model) -> Row:
    """Let `webcare learn`'s own way of learning have `given`, and judge both models on `rest`."""
    return _compared(name, rest, present, building.learn(given, present, PLAYBOOKS).model)


def _compared(name: str, rest: Sequence[Example], before: Model, after: Model) -> Row:
    old, new = (judging.judge(rest, model, PLAYBOOKS).average_precision for model in (before, after))
    known, still = (_development_recall(model) for model in (before, after))
    return {
        "domain": name,
        "judged on": len(rest),
        "ranking before": old,
        "after": new,
        "gained": new - old,
        "recall before": known,
        "recall after": still,
        "recall lost": known - still,
    }


def _development_recall(model: Model) -> float:
    files: list[Path] = sorted(JUDGED_BY.glob("*.jsonl"))
    given = [one for file in files for one in examples.read(file.read_text("utf-8").splitlines(), file.name)]
    return judging.judge(given, model, PLAYBOOKS).grave.recall


if __name__ == "__main__":
    main()
