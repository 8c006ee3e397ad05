"""Reads the example lines (`intent | language | level | text`) and measures triage on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from webcare.domain.triage import Assessment, Text, assess
from webcare.domain.triage.cues import CueSet

# A Monday evening, so that the weekdays in the lines lie more than a day ahead.
RECEIVED = datetime(2026, 4, 13, 20, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    """One line: the intents and the level a person gave to a text."""

    intents: tuple[str, ...]
    language: str
    level: str
    text: str

    def judged(self, rules: CueSet) -> Assessment:
        """Return what triage makes of it; lines about exposed data were public posts."""
        return assess(Text(self.text, RECEIVED, is_public="privacy_exposed" in self.intents), rules)


@dataclass(frozen=True)
class Score:
    """Shares between 0 and 1."""

    exact: float
    recall: float
    precision: float
    not_below_u2: float


def examples(name: str) -> list[Example]:
    rows = (line.split(" | ", 3) for line in (HERE / name).read_text("utf-8").splitlines())
    return [Example(tuple(row[0].strip().split("+")), row[1].strip(), row[2].strip(), row[3]) for row in rows]


def measure(name: str, rules: CueSet) -> Score:
    """Return exact level accuracy, U0+U1 recall and precision, and the share of U0+U1 kept at U2 or above."""
    pairs = [(one.level, one.judged(rules).level) for one in examples(name)]
    critical = [found for wanted, found in pairs if wanted in {"U0", "U1"}]
    raised = [wanted for wanted, found in pairs if found <= 1]
    return Score(
        exact=sum(wanted == found.name for wanted, found in pairs) / len(pairs),
        recall=sum(found <= 1 for found in critical) / len(critical),
        precision=sum(wanted in {"U0", "U1"} for wanted in raised) / len(raised),
        not_below_u2=sum(found <= 2 for found in critical) / len(critical),
    )
