"""Reads the house's own JSON message, field by field; tolerates slips while text and sender are clear."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import UTC, datetime
from typing import Any

from webcare.channels import json_body, plain
from webcare.channels.contract import MAX_ID, usable_id
from webcare.domain.utterances import Inbound
from webcare.errors import Unreadable

MAX_NAME = 200
MAX_SUBJECT = 500
MAX_ATTACHMENTS = 50

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_IN_MILLISECONDS = 100_000_000_000  # as seconds this is the year 5138, so somebody sent milliseconds


def inbound(body: bytes) -> Inbound:
    """Return the message in one JSON object; raise Unreadable when text or sender is not clear."""
    message = _object(body)
    notices: list[str] = []
    address, name = _sender(message, notices)
    attachments = _attachments(message.get("attachments"), notices)
    external_id = usable_id(message.get("id"))
    return Inbound(
        address=address,
        name=name,
        text=_text(message, notices, optional=bool(attachments)),
        external_id=external_id,
        subject=_line(message, "subject", MAX_SUBJECT, notices),
        sent_at=moment(message.get("sent_at"), notices),
        language=_language(message.get("language"), notices),
        is_public=_flag(message.get("public"), notices),
        attachments=attachments,
        threading=_threading(message, external_id, notices),
        notices=tuple(notices),
    )


def _object(body: bytes) -> dict[str, Any]:
    value = json_body.load(body)
    if not isinstance(value, dict):
        raise Unreadable(f"A message must be a JSON object with `from` and `text`; this is {_kind(value)}.")
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _sender(message: dict[str, Any], notices: list[str]) -> tuple[str, str]:
    sender = message.get("from")
    if not isinstance(sender, dict):
        return _identity(sender, "from", notices), ""
    return _identity(sender.get("id"), "from.id", notices), _line(sender, "name", MAX_NAME, notices)


def _identity(value: object, where: str, notices: list[str]) -> str:
    """Return who wrote. What had to be cleaned or cut gets a digest: two senders never become one."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise Unreadable(
            f"The field `{where}` must name the sender in text or a whole number; it is {_kind(value)}."
        )
    given = str(value).strip()
    clean = plain.line(given, MAX_ID)
    if clean == given:
        return clean
    notices.append(f"The field `{where}` was cut or cleaned; an answer may not reach this sender.")
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{clean[: MAX_ID - 17]}#{digest}"


def _text(message: dict[str, Any], notices: list[str], *, optional: bool) -> str:
    value = message.get("text")
    if isinstance(value, str):
        return plain.bounded(value, notices)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        notices.append("The field `text` was a number and is shown as text.")
        return str(value)
    if value is None and optional:
        notices.append("This message holds no text, only attachments.")
        return ""
    raise Unreadable(f"The field `text` must be a text; it is {_kind(value)}.")


def _line(message: dict[str, Any], field: str, limit: int, notices: list[str]) -> str:
    value = message.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        notices.append(f"The field `{field}` must be a text; it is {_kind(value)} and was left out.")
        return ""
    if len(value) > limit:
        notices.append(f"The field `{field}` is cut after {limit} characters.")
    return plain.line(value, limit)


def moment(value: object, notices: list[str]) -> datetime | None:
    """Return an ISO 8601 text or unix seconds as aware UTC, or None with a notice."""
    if value is None:
        return None
    try:
        found = _moment(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        notices.append("The field `sent_at` is no moment in ISO 8601 or unix seconds and was left out.")
        return None
    notices.append("The field `sent_at` names no time zone; UTC is assumed.")
    return found.replace(tzinfo=UTC)


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(_kind(value))  # noqa: TRY004 - one kind of failure, one notice
    if isinstance(value, str):
        return datetime.fromisoformat(value[:64])
    if not math.isfinite(value):
        raise ValueError(str(value))
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _IN_MILLISECONDS else value, UTC)


def _language(value: object, notices: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value.replace("_", "-").lower()
    notices.append("The field `language` is no language code such as `nl`; the text decides.")
    return None


def _flag(value: object, notices: list[str]) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    notices.append(f"The field `public` must be true or false; it is {_kind(value)} and counts as false.")
    return False


def _threading(message: dict[str, Any], external_id: str | None, notices: list[str]) -> dict[str, str]:
    thread = usable_id(message.get("thread"))
    if thread is None and message.get("thread") is not None:
        notices.append("The field `thread` is neither a short text nor a whole number and was left out.")
    found = {"message_id": external_id, "thread": thread}
    return {key: value for key, value in found.items() if value is not None}


def _attachments(value: object, notices: list[str]) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        notices.append(f"The field `attachments` must be a list; it is {_kind(value)} and was left out.")
        return ()
    kept = [_attachment(one) for one in value[:MAX_ATTACHMENTS] if isinstance(one, dict)]
    if len(kept) < len(value):
        notices.append(f"{len(value) - len(kept)} of {len(value)} attachments were left out.")
    return tuple(kept)


def _attachment(given: dict[str, Any]) -> dict[str, Any]:
    """Return what is said about one attachment; its address is shown, never fetched."""
    size, url = given.get("size"), given.get("url")
    found: dict[str, Any] = {
        "name": _line(given, "name", MAX_NAME, []) or "attachment",
        "content_type": _line(given, "content_type", 100, []) or "application/octet-stream",
    }
    if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**53:
        found["size"] = size
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        found["url"] = plain.line(url, 2000)
    return found
