"""The inbox list with 1k, 10k and 100k open conversations: what an agent's browser waits for."""

from __future__ import annotations

import statistics

from sqlalchemy import text

from benchmarks import load, rig
from webcare import db
from webcare.services import agents, inboxes, sign_ins
from webcare.services.agents import NewAgent

SIZES = (1_000, 10_000, 100_000)
LOOKS = 300
PAGES = (
    "/conversations?tab=all",
    "/conversations?tab=unassigned",
    "/conversations?tab=all&order=waiting",
    "/conversations?tab=all&order=newest",
)

FILL = text("""
    WITH contact AS (
        INSERT INTO contacts (channel, address, name, created_at)
        SELECT 'webhook', 'c' || n, 'Contact ' || n, now()
        FROM generate_series(CAST(:from_ AS int), CAST(:to AS int)) n
        RETURNING id
    ), made AS (
        INSERT INTO conversations (inbox_id, contact_id, preview, language, state_at, urgency,
                                   waiting_since, level_since, due_at, last_message_at, created_at,
                                   reasons, intents)
        SELECT CAST(:inbox AS bigint), id, repeat('Our flight is cancelled and nobody answers. ', 4),
               'en', now(),
               CASE WHEN id % 500 = 0 THEN 0 WHEN id % 40 = 0 THEN 1 WHEN id % 5 = 0 THEN 2
                    WHEN id % 7 = 0 THEN 4 ELSE 3 END,
               now() - id * interval '1 second', now(), now() + (id % 480) * interval '1 minute',
               now() - id * interval '1 second', now(),
               '[{"code": "rebook", "words": "wants another flight", "span": null}]', '{rebook}'
        FROM contact RETURNING id
    )
    INSERT INTO messages (conversation_id, inbox_id, direction, text, at)
    SELECT id, CAST(:inbox AS bigint), 'inbound', repeat('Our flight is cancelled and nobody answers. ', 4),
           now()
    FROM made
""")


def _fill(inbox_id: int, first: int, last: int) -> None:
    with db.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(FILL, {"inbox": inbox_id, "from_": first, "to": last})
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM (ANALYZE) conversations"))
        link.execute(text("VACUUM (ANALYZE) contacts"))


def _look(port: int, path: str, cookie: str, connections: int = 1) -> load.Load:
    one = load.request("GET", path, Cookie=f"webcare={cookie}", Accept="text/html")
    load.run(port, [one] * 20, connections)
    return load.run(port, [one] * LOOKS, connections)


def main() -> None:
    """Fill the list step by step and time every tab and order over HTTP, one agent at a time."""
    rows = []
    with rig.engines():
        with db.transaction() as session:
            inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
            agent = agents.create(session, None, NewAgent("amina@example.org", "Amina", "AM", "lead"))
            cookie = sign_ins.begin(session, agent.id)
        port = rig.free_port()
        with rig.program(["webcare.cli", "web"], port):
            bound = _look(port, "/healthz", cookie)
            filled = 0
            for size in SIZES:
                _fill(inbox.id, filled + 1, size)
                filled = size
                for path in PAGES:
                    done = _look(port, path, cookie)
                    assert done.statuses == {200: LOOKS}, done.statuses
                    rows.append(
                        {
                            "open": size,
                            "page": path.partition("?")[2],
                            "p50 ms": rig.share(done.waits_ms, 0.5),
                            "p99 ms": rig.share(done.waits_ms, 0.99),
                        }
                    )
    worst = max(float(row["p99 ms"]) for row in rows if row["open"] == SIZES[-1])
    rig.show(
        "lists",
        rows,
        {
            "worst p99 ms at 100,000 open (under 100)": worst,
            "median page / empty answer of the same server": statistics.median(
                float(row["p50 ms"]) for row in rows
            )
            / rig.share(bound.waits_ms, 0.5),
        },
    )


if __name__ == "__main__":
    main()
