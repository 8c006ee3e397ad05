"""Posts one reply as signed JSON and says what its fate is: sent, not sent, or unknown."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from webcare import clock
from webcare.channels import egress
from webcare.channels.contract import usable_id
from webcare.channels.webhook.signature import HEADER, sign
from webcare.domain.utterances import InboxConfig, Outbound, Sent
from webcare.errors import ChannelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webcare.settings import Settings

# Statuses by which a server says that it did not take the request. 409 is missing: under one
# Idempotency-Key it can mean that the first attempt is still at work.
_NEVER = {400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 421, 422, 426, 428, 431, 451}
_MOVED = {301, 307, 308}
_LATER = {408, 425, 429}
_MAX_WAIT = 86_400.0


# Someone has to fill in a setting; the reply waits as long as that takes, and is tried once a minute.
SETTING_S = 60.0


def send(outbound: Outbound, config: InboxConfig, settings: Settings) -> Sent:  # noqa: ARG001 - contract
    """POST one reply to `options["outbound_url"]`, once, within 20 seconds; raises ChannelError.

    The reply's own id goes along as `Idempotency-Key`; private addresses need `allow_private`.
    """
    return post_signed(payload(outbound), outbound.message_id, config)


def post_signed(body: Mapping[str, Any], key: str, config: InboxConfig) -> Sent:
    """POST one signed JSON object under its own id `key`, once, within 20 seconds; raises ChannelError."""
    url, secret = str(config.options.get("outbound_url") or ""), next(filter(None, config.secrets), "")
    if not url or not secret:
        missing = "a secret" if url else "an outbound_url in its options"
        raise _waits(
            f"The inbox {config.slug!r} has no {missing}, so its replies wait. Add it to the inbox.",
            SETTING_S,
        )
    plain = json.dumps(body).encode("ascii")
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": "".join(filter(str.isprintable, key.encode("ascii", "replace").decode())),
        HEADER: sign(plain, secret, clock.now()),
    }
    answer = egress.post(url, plain, headers, allow_private=config.options.get("allow_private") is True)
    return _judge(answer)


def payload(outbound: Outbound) -> dict[str, Any]:
    """Return the JSON object that stands for one reply."""
    return {
        "id": outbound.message_id,
        "to": {"id": outbound.address, "name": outbound.name},
        "text": outbound.text,
        "subject": outbound.subject,
        "language": outbound.language,
        "conversation": outbound.conversation_id,
        "thread": outbound.threading.get("thread"),
        "in_reply_to": outbound.threading.get("message_id"),
        "automatic": outbound.is_automatic,
    }


def _judge(answer: egress.Answer) -> Sent:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004
        return Sent(_provider_id(answer.body), f"HTTP {status}")
    if status in _LATER:
        raise _waits(
            f"The receiver asks to wait (HTTP {status}).", retry_after(answer.headers.get("retry-after"))
        )
    if status in _MOVED:
        raise _never(f"The receiver has moved (HTTP {status}). Put its new address into outbound_url.")
    if status in _NEVER:
        raise _never(f"The receiver refused the message (HTTP {status}). Check outbound_url and the secret.")
    raise ChannelError(
        f"The receiver answered HTTP {status}; it may or may not have taken the message.",
        permanent=False,
        certainty="unknown",
    )


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or a date), at most a day."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:10]), _MAX_WAIT)
    try:
        seconds = (parsedate_to_datetime(value) - clock.now()).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, min(seconds, _MAX_WAIT))


def _provider_id(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return (usable_id(answer.get("id")) if isinstance(answer, dict) else None) or ""


def _waits(words: str, seconds: float | None = None) -> ChannelError:
    return ChannelError(words, permanent=False, certainty="not_sent", retry_after=seconds)


def _never(words: str) -> ChannelError:
    return ChannelError(words, permanent=True, certainty="not_sent")
