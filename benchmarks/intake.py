"""Signed intake, single and in batches, against a bare Flask route and raw multi-row INSERTs."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence

import psycopg

from benchmarks import load, rig
from webcare import clock, db
from webcare.channels.webhook import sign
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes

SINGLES = 6000
BATCHES = 40
BATCH = 1000
ROUNDS = 3
TEXT = (
    "Our flight to Lisbon is cancelled and the line drops every time. Can you put the two of us on Sunday? "
)


def _message(number: int) -> dict[str, object]:
    return {
        "id": f"{os.urandom(6).hex()}{number}",
        "from": {"id": f"contact-{number % 5000}", "name": "Eve"},
        "text": f"{TEXT}{number}",
        "sent_at": "2026-04-15T10:00:00Z",
    }


def _signed(inbox: InboxRow, body: bytes) -> bytes:
    signature = sign(body, inbox.secrets[0], clock.now())
    return load.request("POST", "/hooks/bench", body, Webcare_Signature=signature)


def _singles(inbox: InboxRow) -> list[bytes]:
    return [_signed(inbox, json.dumps(_message(number)).encode()) for number in range(SINGLES)]


def _bare(requests: list[bytes]) -> list[bytes]:
    return [load.request("POST", "/bare", one.partition(b"\r\n\r\n")[2]) for one in requests]


def _raw_rows(inbox: InboxRow) -> float:
    """Return rows a second of multi-row INSERTs of the same rows, with nothing around them.

    The rows are made beforehand, so that only PostgreSQL and its driver are measured.
    """
    one_row = "(%s, %s, %s, %s, %s, '{}', 'received')"
    columns = "inbox_id, dedupe_key, external_id, sha256, body, headers, state"
    batches = [[value for n in range(BATCH) for value in _stored(inbox, n)] for _ in range(BATCHES)]
    return _inserted(f"raw_events ({columns}) VALUES {', '.join([one_row] * BATCH)}", batches)


def _stored(inbox: InboxRow, number: int) -> tuple[object, ...]:
    message = _message(number)
    body = json.dumps(message).encode()
    return inbox.id, f"id:{message['id']}", message["id"], hashlib.sha256(body).digest(), body


def _raw_bytes() -> float:
    """Return rows a second when only the bytes are stored: no key, so nothing could be told apart."""
    bodies = [json.dumps(_message(number)).encode() for number in range(BATCH)]
    return _inserted(f"bare (body) VALUES {', '.join(['(%s)'] * BATCH)}", [bodies] * BATCHES)


def _inserted(words: str, batches: Sequence[Sequence[object]]) -> float:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        begun = time.perf_counter()
        for values in batches:
            connection.execute(f"INSERT INTO {words}", values)  # type: ignore[arg-type]
            connection.commit()
        return BATCH * len(batches) / (time.perf_counter() - begun)


def _row(what: str, done: load.Load, factor: int = 1) -> dict[str, object]:
    good = done.statuses.get(202, 0)
    return {
        "what": what,
        "messages/s": done.per_second * factor,
        "p50 ms": rig.share(done.waits_ms, 0.5),
        "p99 ms": rig.share(done.waits_ms, 0.99),
        "not 202": len(done.waits_ms) - good,
    }


def _plain(what: str, rates: Sequence[float]) -> dict[str, object]:
    return {"what": what, "messages/s": max(rates), "p50 ms": 0.0, "p99 ms": 0.0, "not 202": 0}


def _best(rows: list[dict[str, object]]) -> dict[str, object]:
    return max(rows, key=lambda row: float(str(row["messages/s"])))


def main() -> None:
    """Take turns, so that a noisy moment meets both sides, and compare the best of each."""
    with rig.engines() as engines, psycopg.connect(engines.database_url, autocommit=True) as link:
        link.execute("CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea)")
        with db.transaction() as session:
            inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
        bare_port, port = rig.free_port(), rig.free_port()
        with rig.program(["benchmarks.bare"], bare_port), rig.program(["webcare.cli", "web"], port):
            _compare(inbox, bare_port, port, engines)


def _compare(inbox: InboxRow, bare_port: int, port: int, engines: object) -> None:
    load.run(port, _singles(inbox)[:500])
    load.run(bare_port, _bare(_singles(inbox)[:500]))
    bare, single, batch, raw, only_bytes = [], [], [], [], []
    for _ in range(ROUNDS):
        bare.append(_row("bare route", load.run(bare_port, _bare(_singles(inbox)))))
        single.append(_row("signed, single", load.run(port, _singles(inbox))))
        bodies = [json.dumps([_message(n) for n in range(BATCH)]).encode() for _ in range(BATCHES)]
        batch.append(_row("signed, batches", load.run(port, [_signed(inbox, b) for b in bodies], 4), BATCH))
        raw.append(_raw_rows(inbox))
        only_bytes.append(_raw_bytes())
    # Side by side in time and in the table's size, or the noise of the machine would be compared.
    there = [_row("single, Redis there", load.run(port, _singles(inbox))) for _ in range(ROUNDS)]
    for server in engines.servers[1:]:  # type: ignore[attr-defined]
        server.stop()
    away = [_row("single, Redis away", load.run(port, _singles(inbox))) for _ in range(ROUNDS)]
    rows = [_best(bare), _best(single), _best(there), _best(away), _best(batch)]
    rows += [_plain("raw multi-row INSERT", raw), _plain("the bytes alone", only_bytes)]
    rate = {str(row["what"]): float(str(row["messages/s"])) for row in rows}
    rig.show(
        "intake",
        rows,
        {
            "single / bare (at least 0.80)": rate["signed, single"] / rate["bare route"],
            "batches / raw (at least 0.30)": rate["signed, batches"] / rate["raw multi-row INSERT"],
            "batches / the bytes alone": rate["signed, batches"] / rate["the bytes alone"],
            "Redis away / there (at least 0.90)": rate["single, Redis away"] / rate["single, Redis there"],
        },
    )


if __name__ == "__main__":
    main()
