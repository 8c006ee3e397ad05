"""Tells Slack: one alert at a time, at most one a second in one channel, never twice on its own."""

from __future__ import annotations

import random
import time

import structlog

from webcare import metrics, queues, settings
from webcare.db import transaction
from webcare.domain import backoff
from webcare.domain.alerts import counted, escaped
from webcare.domain.outcome import Outcome, of_error
from webcare.errors import ChannelError
from webcare.services import alert_queue, lead_alerts
from workers import slack_client, stopping

DRAIN_S = 40.0
# Waiting this long for a turn is cheaper than another bell.
PATIENCE_S = 1.5

log = structlog.get_logger(__name__)


def drain() -> int:
    """Tell Slack what is due, for at most 40 s; return how many alerts were handed over.

    Without a token all alerts go to the desk. Troubles with Slack stand on the alert itself: an
    alert about Slack would have nowhere to go.
    """
    queues.hear("notify")
    token = settings.get().slack_bot_token
    if token is None or not token.get_secret_value():
        with transaction() as session:
            alert_queue.to_desk(session)
        return 0
    return _tell_all(token.get_secret_value())


def _tell_all(token: str) -> int:
    until = time.monotonic() + DRAIN_S
    told = 0
    while not stopping.asked():
        if time.monotonic() >= until:
            queues.ring("notify")
            break
        with transaction() as session:
            ready = alert_queue.claim(session)
            soonest = None if ready else alert_queue.soonest(session)
        if ready is not None:
            _tell(token, ready)
            told += 1
        elif soonest is None or soonest > PATIENCE_S:
            break
        else:
            stopping.wait(max(soonest, 0.05))
    return told


def _tell(token: str, ready: alert_queue.Ready) -> None:
    wait_s = backoff.delay(ready.attempt_no, random.SystemRandom().random).total_seconds()
    outcome = _outcome(token, ready)
    if outcome.result == "retry" and outcome.retry_after is None and backoff.is_over(ready.attempt_no):
        outcome = Outcome(ready.attempt_no, "failed", outcome.words)
    metrics.ALERTS.labels(outcome.result).inc()
    with transaction() as session:
        alert_queue.record(session, ready.id, outcome, wait_s)
    log.info("alert", alert=ready.id, attempt=ready.attempt_no, result=outcome.result)


def _outcome(token: str, ready: alert_queue.Ready) -> Outcome:
    where = settings.get()
    try:
        place = _renewed(token, ready) or slack_client.post(
            token, where.slack_api_url, _place(token, ready.slack_channel), _text(ready), ready.id
        )
    except Exception as error:  # noqa: BLE001 - whatever it was, the attempt needs an outcome
        return of_error(ready.attempt_no, error)
    return Outcome(ready.attempt_no, "sent", "", place)


def _renewed(token: str, ready: alert_queue.Ready) -> str | None:
    """Renew the message that said this before and return its place; None when there is none any more."""
    if ready.earlier is None:
        return None
    try:
        return slack_client.update(token, settings.get().slack_api_url, ready.earlier, _text(ready))
    except ChannelError as error:
        if not error.permanent:
            raise
        return None


def _place(token: str, name: str) -> str:
    """Return where to post: the Slack account of one person, or a channel when Slack finds none."""
    person = lead_alerts.read(name)
    if person is None:
        return _channel(name)
    with transaction() as session:
        email = lead_alerts.email(session, person.agent_id)
    try:
        return slack_client.person(token, settings.get().slack_api_url, email)
    except ChannelError as error:
        if not error.permanent:
            raise
        return _channel(person.otherwise)


def _channel(name: str) -> str:
    """Return the Slack channel of one of the names that playbooks use, or `name` itself."""
    known = settings.get()
    return {
        "news": known.webcare_slack_news,
        "volunteers": known.webcare_slack_volunteers,
        "security": known.webcare_slack_security,
        "press": known.webcare_slack_press,
        "crisis": known.webcare_slack_crisis,
        "duty": known.webcare_slack_duty,
        "urgent": known.webcare_slack_urgent,
        "facts": known.webcare_slack_facts,
    }.get(name, name)


def _text(ready: alert_queue.Ready) -> str:
    """Return the text with its count and a link to the desk, harmless to Slack's markup."""
    said, base = escaped(counted(ready.text, ready.count)), settings.get().base_url
    # The words of some playbooks name the page themselves.
    if base in ready.text:
        return said
    if ready.conversation_id is not None:
        return f"{said}\n<{base}/conversations/{ready.conversation_id}|Open on the desk>"
    if ready.activation_id is not None:
        return f"{said}\n<{base}/activations/{ready.activation_id}|Open the crisis room>"
    return said
