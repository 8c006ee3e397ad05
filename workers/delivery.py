"""Sends replies: claims what is due, commits `sending`, speaks to the channel, records what came of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from webcare import channels, metrics, queues, settings
from webcare.db import transaction
from webcare.domain.outcome import LATE_S, Outcome, of_error
from webcare.domain.utterances import InboxConfig
from webcare.services import heartbeats, outbox
from workers import stopping
from workers.deadline import within

BATCH = 20
# One slow provider must not hold up all others: four replies are under way at a time.
LANES = 4
# A job may take 60 s. The last batch must still fit: this, plus one provider's 20 s and our own time.
DRAIN_S = 35.0

log = structlog.get_logger(__name__)


def drain() -> int:
    """Send what is due, for at most 35 s and what is under way then; return how many were handed over."""
    queues.hear("delivery")
    worker = heartbeats.own_name("delivery")
    until = time.monotonic() + DRAIN_S
    sent = 0
    while not stopping.asked():
        with transaction() as session:
            ids = outbox.claim(session, worker, BATCH)
        if not ids:
            return sent
        sent += _send_all(ids, worker, until)
        if time.monotonic() >= until:
            queues.ring("delivery")
            return sent
    return sent


def _send_all(ids: list[int], worker: str, until: float) -> int:
    """Send a batch in a few lanes; what isn't begun in time goes back to the queue."""
    with ThreadPoolExecutor(LANES, thread_name_prefix="delivery") as lanes:
        handed = list(lanes.map(partial(_send_if_time, worker, until), ids))
    left = [delivery_id for delivery_id, was in zip(ids, handed, strict=True) if was is None]
    if left:
        with transaction() as session:
            outbox.put_back(session, left, worker)
    return sum(1 for was in handed if was)


def _send_if_time(worker: str, until: float, delivery_id: int) -> bool | None:
    """Return True when it was handed to its channel, False when it must not be, None when time is up."""
    if stopping.asked() or time.monotonic() >= until:
        return None
    try:
        return _send(delivery_id, worker)
    except Exception as error:  # noqa: BLE001 - one bad row must not take the batch with it
        # The row keeps its lease: the sweeper gives it back, or calls it unknown if it had begun.
        log.warning("delivery broke off", delivery=delivery_id, error=type(error).__name__)
        return False


def _send(delivery_id: int, worker: str) -> bool:
    with transaction() as session:
        ready = outbox.begin(session, delivery_id, worker, channels.sends_by, _lacks)
    if ready is None:
        return False
    # From here on no transaction is open, and a crash leaves `sending` behind.
    with metrics.SECONDS.labels(ready.inbox.channel).time():
        outcome = _outcome(ready)
    metrics.ATTEMPTS.labels(ready.inbox.channel, outcome.result).inc()
    with transaction() as session:
        outbox.record(session, ready, outcome)
    log.info("delivery", delivery=delivery_id, attempt=ready.attempt_no, result=outcome.result)
    return True


def _lacks(inbox: InboxConfig) -> str:
    """Return what someone has to fill in before anything can leave through this inbox; '' for nothing."""
    if inbox.channel == "email" and not settings.get().smtp_host:
        return "No mail server is set, so this reply waits. Set SMTP_HOST (and SMTP_PORT) and restart."
    if inbox.channel == "webhook" and not inbox.options.get("outbound_url"):
        return (
            f"The inbox {inbox.slug!r} has no outbound_url in its options, so its replies wait."
            " Add it to the inbox."
        )
    return ""


def _outcome(ready: outbox.Ready) -> Outcome:
    try:
        channel = channels.module(ready.inbox.channel)
        sent = within(LATE_S, lambda: channel.send(ready.outbound, ready.inbox, settings.get()))
    except Exception as error:  # noqa: BLE001 - whatever it was, the attempt needs an outcome
        return of_error(ready.attempt_no, error)
    return Outcome(ready.attempt_no, "sent", sent.words, sent.provider_id)
