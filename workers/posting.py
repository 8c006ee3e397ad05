"""Posts broadcasts: commits `sending`, hands signed JSON to the reply address, records what came of it."""

from __future__ import annotations

import time

import structlog

from webcare import metrics, queues
from webcare.channels.webhook.delivery import post_signed
from webcare.db import transaction
from webcare.domain.outcome import LATE_S, Outcome, of_error
from webcare.domain.utterances import InboxConfig
from webcare.services import posting
from workers import stopping
from workers.deadline import within

# A job may take 60 s; the last post must still fit.
DRAIN_S = 35.0

log = structlog.get_logger(__name__)


def drain() -> int:
    """Post what is due, for at most 35 s and what is under way then; return how many were handed over."""
    queues.hear("posting")
    until = time.monotonic() + DRAIN_S
    posted = 0
    while not stopping.asked():
        if time.monotonic() >= until:
            queues.ring("posting")
            break
        with transaction() as session:
            ready = posting.begin(session, _lacks)
        if isinstance(ready, posting.Ready):
            _post(ready)
            posted += 1
        elif not ready:
            break
    return posted


def _post(ready: posting.Ready) -> None:
    # From here on no transaction is open, and a crash leaves `sending` behind.
    with metrics.SECONDS.labels("broadcast").time():
        outcome = _outcome(ready)
    metrics.ATTEMPTS.labels("broadcast", outcome.result).inc()
    with transaction() as session:
        posting.record(session, ready, outcome)
    log.info("post", post=ready.post_id, attempt=ready.attempt_no, result=outcome.result)


def _outcome(ready: posting.Ready) -> Outcome:
    try:
        sent = within(LATE_S, lambda: post_signed(ready.body, ready.key, ready.inbox))
    except Exception as error:  # noqa: BLE001 - whatever it was, the attempt needs an outcome
        return of_error(ready.attempt_no, error)
    return Outcome(ready.attempt_no, "sent", sent.words, sent.provider_id)


def _lacks(inbox: InboxConfig) -> str:
    """Return what someone has to fill in before anything can leave through this inbox; '' for nothing."""
    if not inbox.options.get("outbound_url"):
        return f"The inbox {inbox.slug!r} has no outbound_url in its options; add it and the post leaves."
    if not any(inbox.secrets):
        return f"The inbox {inbox.slug!r} has no secret to sign with; add one and the post leaves."
    return ""
