"""Measures the checks: milliseconds a draft over the development set, and the worst of long texts.

Run: python -m benchmarks.checks.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from benchmarks.rig import share, show
from tests.domain.checks.drafts import draft, lines
from tests.domain.checks.test_properties import HOSTILE, LONGEST
from webcare.domain.checks import CheckedDraft, GivenFact, check

ROUNDS = 5
_LONG = 1500
TARGET_MS = 5.0
_FACT = GivenFact("next_update_at", ("Next update at 16:00, the airspace is closed.",))


def main() -> None:
    """Print milliseconds per draft (median and 99th of a hundred), for single drafts and for long replies."""
    singles = [draft(line) for line in lines()]
    texts = [one.text for one in singles]
    joined = " ".join(texts)
    long = [
        CheckedDraft(joined[place : place + _LONG], is_public=True, contact_name="Jan", facts=(_FACT,))
        for place in range(0, len(joined) - _LONG, _LONG)
    ]
    check(CheckedDraft(joined))
    rows = [
        row
        for what, drafts in (("one draft", singles), (f"{_LONG} characters", long))
        for row in (_row(f"{what}, first seen", drafts, 1), _row(f"{what}, saved again", drafts, ROUNDS))
    ]
    worst = {
        name: _spent(CheckedDraft((piece * LONGEST)[:LONGEST], is_public=True, facts=(_FACT,)))
        for name, piece in HOSTILE.items()
    }
    slowest = max(worst, key=worst.__getitem__)
    show(
        "checks",
        rows,
        {
            "under 5 ms a draft (p99)": str(rows[0]["p99 ms"] < TARGET_MS),
            f"under 5 ms for {_LONG} characters (p99, saved again)": str(rows[3]["p99 ms"] < TARGET_MS),
            f"slowest of {LONGEST} characters": f"{slowest}, {worst[slowest]:.0f} ms",
        },
    )


def _row(what: str, drafts: list[CheckedDraft], rounds: int) -> dict[str, Any]:
    spent = []
    for _ in range(rounds):
        for one in drafts:
            if rounds == 1:
                _forget()
            spent.append(_spent(one))
    spent.sort()
    letters = sum(len(one.text) for one in drafts) / len(drafts)
    return {
        "what": what,
        "drafts": len(drafts),
        "characters": round(letters),
        "p50 ms": share(spent, 0.5),
        "p99 ms": share(spent, 0.99),
        "max ms": spent[-1],
    }


def _forget() -> None:
    """Empty what is remembered of clauses, so that a draft is read as if for the first time."""
    for name in ("phrases", "reading", "quantities", "worded"):
        for each in vars(import_module(f"webcare.domain.checks.{name}")).values():
            if hasattr(each, "cache_clear") and each.__name__ not in {"phrases", "synonyms", "_line"}:
                each.cache_clear()


def _spent(one: CheckedDraft) -> float:
    started = time.process_time()
    check(one)
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
