"""Measures the checks: milliseconds a draft over the development set, and the worst of long texts.

Run: python -m benchmarks.checks.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.rig import share, show
from tests.domain.checks.drafts import draft, lines
from tests.domain.checks.test_properties import HOSTILE, LONGEST
from webcare.domain.checks import CheckedDraft, GivenFact, check

ROUNDS = 5
TARGET_MS = 5.0
_FACT = GivenFact("next_update_at", ("Next update at 16:00, the airspace is closed.",))


def main() -> None:
    """Print milliseconds per draft (median and 99th of a hundred), for single drafts and for long replies."""
    singles = [draft(line) for line in lines()]
    texts = [one.text for one in singles]
    long = [
        CheckedDraft(
            "\n\n".join(texts[place : place + 6]), is_public=True, contact_name="Jan", facts=(_FACT,)
        )
        for place in range(0, len(texts) - 6, 3)
    ]
    rows = [_row("one draft", singles), _row("six drafts in one", long)]
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
            f"slowest of {LONGEST} characters": f"{slowest}, {worst[slowest]:.0f} ms",
        },
    )


def _row(what: str, drafts: list[CheckedDraft]) -> dict[str, Any]:
    for one in drafts:
        check(one)
    spent = sorted(_spent(one) for _ in range(ROUNDS) for one in drafts)
    letters = sum(len(one.text) for one in drafts) / len(drafts)
    return {
        "what": what,
        "drafts": len(drafts),
        "characters": round(letters),
        "p50 ms": share(spent, 0.5),
        "p99 ms": share(spent, 0.99),
        "max ms": spent[-1],
    }


def _spent(one: CheckedDraft) -> float:
    started = time.process_time()
    check(one)
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
