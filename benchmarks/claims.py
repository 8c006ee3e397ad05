"""Fifty agents claim the same conversations at once: each goes to exactly one of them."""

from __future__ import annotations

import threading
import time
from collections import Counter

from sqlalchemy import text

from benchmarks import rig
from benchmarks.lists import FILL
from webcare import db
from webcare.domain.rights import Who
from webcare.errors import Conflict
from webcare.services import agents, assignment, inboxes
from webcare.services.agents import NewAgent

AGENTS = 50
CONVERSATIONS = 200


def main() -> None:
    """Let all agents go through the same list from the top, and count who got what."""
    with rig.engines():
        with db.transaction() as session:
            inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
            crew = [
                agents.create(
                    session, None, NewAgent(f"a{n}@example.org", f"Agent {n}", f"A{chr(65 + n % 26)}")
                ).who()
                for n in range(AGENTS)
            ]
            session.execute(FILL, {"inbox": inbox.id, "from_": 1, "to": CONVERSATIONS})
            ids = list(session.execute(text("SELECT id FROM conversations ORDER BY id")).scalars())
        won, lost, seconds = _race(crew, ids)
    doubles = sum(times - 1 for times in won.values())
    rig.show(
        "claims",
        [
            {
                "agents": AGENTS,
                "conversations": CONVERSATIONS,
                "won": len(won),
                "conflicts": lost,
                "doubles": doubles,
            }
        ],
        {"claims tried a second": AGENTS * CONVERSATIONS / seconds, "doubles (must be 0)": doubles},
    )


def _race(crew: list[Who], ids: list[int]) -> tuple[Counter[int], int, float]:
    won: Counter[int] = Counter()
    lost = [0]
    lock, gate = threading.Lock(), threading.Barrier(len(crew) + 1)

    def claim_all(who: Who) -> None:
        gate.wait()
        for one in ids:
            try:
                with db.transaction() as session:
                    assignment.claim(session, who, one)
            except Conflict:
                with lock:
                    lost[0] += 1
            else:
                with lock:
                    won[one] += 1

    threads = [threading.Thread(target=claim_all, args=(who,)) for who in crew]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return won, lost[0], time.perf_counter() - begun


if __name__ == "__main__":
    main()
