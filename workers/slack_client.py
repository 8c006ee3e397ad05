"""Speaks to Slack: one message, one attempt, and an honest word about whether it arrived."""

from __future__ import annotations

import re
import socket
import ssl
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from webcare.errors import ChannelError
from workers.deadline import within

TIMEOUT_S = 10
# Slack says these after it may have taken the message.
_UNSURE = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
# What isn't one of Slack's codes did not come from Slack: the library puts the whole body there.
_CODE = re.compile(r"[a-z0-9_]{3,60}")
_SERVER_ERROR = 500
_TOO_MANY = 429
_DEFAULT_RETRY_S = 30.0
_NEVER_ARRIVED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)


def post(token: str, base_url: str, slack_channel: str, text: str, alert_id: int) -> str:
    """Post `text` (already escaped) to `slack_channel` and return its place, as `channel/timestamp`.

    Raises ChannelError. The client's own retries are off: they would post twice.
    """
    told = _call(
        token,
        base_url,
        "chat.postMessage",
        {
            "channel": slack_channel,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": "webcare_alert", "event_payload": {"alert_id": alert_id}},
        },
    )
    return f"{told.get('channel') or slack_channel}/{told.get('ts') or ''}"


def update(token: str, base_url: str, place: str, text: str) -> str:
    """Say `text` in the message that `post` returned as `place`, and return that place.

    Raises ChannelError; when the message is gone that is permanent, and a new one can be posted.
    """
    channel, _, ts = place.partition("/")
    _call(token, base_url, "chat.update", {"channel": channel, "ts": ts, "text": text})
    return place


def person(token: str, base_url: str, email: str) -> str:
    """Return the Slack account behind an e-mail address, which takes direct messages; raise ChannelError.

    Nobody there, or a token without the right `users:read.email`, is permanent.
    """
    told = _call(token, base_url, "users.lookupByEmail", {"email": email})
    found = told.get("user")
    number = found.get("id") if isinstance(found, dict) else None
    if not isinstance(number, str) or not number:
        raise ChannelError("Slack named nobody.", permanent=True, certainty="not_sent")
    return number


def who(token: str, base_url: str) -> str:
    """Return the workspace and bot that `token` belongs to; raise ChannelError when it belongs to none."""
    told = _call(token, base_url, "auth.test", {})
    return f"{told.get('user', '?')} in {told.get('team', '?')}"


def _call(token: str, base_url: str, method: str, body: dict[str, Any]) -> dict[str, Any]:
    client = WebClient(token=token, base_url=base_url, timeout=TIMEOUT_S, retry_handlers=[])
    try:
        answer = within(TIMEOUT_S, lambda: client.api_call(method, **_packed(method, body)))
    except SlackApiError as error:
        raise _refused(error) from error
    except URLError as error:
        sure = isinstance(error.reason, _NEVER_ARRIVED)
        raise ChannelError(
            f"Slack can't be reached: {error.reason}.",
            permanent=False,
            certainty="not_sent" if sure else "unknown",
        ) from error
    except ChannelError:
        raise
    except Exception as error:  # the library trips over answers that Slack never gives but proxies do
        raise ChannelError(
            f"Slack broke off: {type(error).__name__}.", permanent=False, certainty="unknown"
        ) from error
    return answer.data if isinstance(answer.data, dict) else {}


def _packed(method: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body as its method wants it: Slack reads JSON where it writes, forms where it looks up."""
    return {"params": body} if method.startswith("users.") else {"json": body}


def _refused(error: SlackApiError) -> ChannelError:
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or 0)
    data = answer.data if isinstance(getattr(answer, "data", None), dict) else {}
    code = str(data.get("error") or "")
    if status == _TOO_MANY or code in {"ratelimited", "rate_limited"}:
        wait = _seconds(answer.headers)
        return ChannelError(
            f"Slack asks to wait {wait:.0f} s.", permanent=False, certainty="not_sent", retry_after=wait
        )
    if status >= _SERVER_ERROR or code in _UNSURE or not _CODE.fullmatch(code):
        return ChannelError(f"Slack answered {status} {code[:60]}.", permanent=False, certainty="unknown")
    return ChannelError(f"Slack refused: {code}.", permanent=True, certainty="not_sent")


def _seconds(headers: Any) -> float:
    lowered = {str(key).lower(): value for key, value in dict(headers or {}).items()}
    try:
        return max(1.0, float(lowered["retry-after"]))
    except (KeyError, TypeError, ValueError):
        return _DEFAULT_RETRY_S
