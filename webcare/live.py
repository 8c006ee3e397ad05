"""Tells every open desk what changed, over PostgreSQL's own LISTEN and NOTIFY, at commit."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL = "webcare_desk"
# NOTIFY refuses payloads of 8,000 bytes; past this many ids a desk is told to look at everything.
MAX_IDS = 400


def tell(session: Session, noun: str, ids: Iterable[int] = ()) -> None:
    """Announce that rows of `noun` (conversation, fact, activation, alert) changed; no ids means many."""
    listed = sorted(set(ids))
    body = {"noun": noun, "ids": listed if len(listed) <= MAX_IDS else []}
    session.execute(
        text("SELECT pg_notify(:channel, :body)"),
        {"channel": CHANNEL, "body": json.dumps(body, separators=(",", ":"))},
    )
