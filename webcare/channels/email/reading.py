"""Reads one mail into an Inbound, whatever state it is in."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from webcare.channels import addresses, plain
from webcare.channels.contract import header as given_header
from webcare.channels.email import attachments, automatic, bodies, mime, quotes, senders, token
from webcare.channels.email.decoding import header, headers, words
from webcare.domain.utterances import Inbound, InboxConfig, Raw
from webcare.errors import Unreadable

if TYPE_CHECKING:
    from email.message import Message

# `rcpt_to` and `mail_from` come from the SMTP envelope, put into Raw.headers by our own listener.
ENVELOPE_TO, ENVELOPE_FROM = "rcpt_to", "mail_from"
MAX_REFERENCES = 20

_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


def parse(raw: Raw, config: InboxConfig) -> Inbound:
    """Read one mail; raise Unreadable when there are neither headers nor words in it.

    The dedupe id is the digest of all bytes: a Message-ID is chosen by whoever writes the mail.
    """
    root, notices = mime.read(raw.body)
    subject = plain.line(words(header(root.head, "Subject")), 500)
    files = attachments.describe(bodies.files(root))
    text, quoted = plain.bounded(bodies.text(root, notices), notices), ""
    if not text and not subject and not files and senders.identity(root.head) is None:
        raise Unreadable("This mail holds neither a sender nor words nor files. The original is kept.")
    if not text:
        notices.append(f"This mail holds no text, only {'files' if files else 'a subject'}.")
    address, name = _sender(raw, root.head, notices)
    is_automatic = _is_automatic(raw, root.head, config) or automatic.is_machine(address, config)
    if not is_automatic:
        text, quoted = quotes.split(text, subject)
    return Inbound(
        address=address,
        name=name,
        text=text,
        quoted=quoted,
        external_id=hashlib.sha256(raw.body).hexdigest(),
        subject=subject,
        sent_at=_sent_at(root.head),
        thread_token=_thread_token(raw, root.head, config),
        auto_submitted=is_automatic,
        attachments=files,
        threading=_threading(root.head, subject),
        notices=tuple(dict.fromkeys(notices)),
    )


def _sender(raw: Raw, head: Message, notices: list[str]) -> tuple[str, str]:
    found = senders.identity(head)
    if found is not None:
        return found
    notices.append(addresses.NOBODY_TO_ANSWER)
    return addresses.unknown(raw.body), addresses.UNKNOWN


def _is_automatic(raw: Raw, head: Message, config: InboxConfig) -> bool:
    return automatic.is_automatic(head, config, raw.headers.get(ENVELOPE_FROM))


def _sent_at(head: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(header(head, "Date")[:100])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _thread_token(raw: Raw, head: Message, config: InboxConfig) -> str | None:
    """Return the conversation that this mail provably answers: by its recipient, else by our Message-ID."""
    values = [given_header(raw.headers, ENVELOPE_TO)]
    values += [value for name in _RECIPIENTS for value in headers(head, name)]
    values += [header(head, "In-Reply-To"), " ".join(reversed(header(head, "References").split()))]
    found = token.find(values, config.secrets)
    return None if found is None else str(found)


def _threading(head: Message, subject: str) -> dict[str, str]:
    references = _MESSAGE_ID.findall(header(head, "References"))
    message_id = _MESSAGE_ID.search(header(head, "Message-ID"))
    found = {
        "message_id": message_id[0] if message_id else "",
        "in_reply_to": next(iter(_MESSAGE_ID.findall(header(head, "In-Reply-To"))), ""),
        "references": " ".join(references[:1] + references[1:][1 - MAX_REFERENCES :]),
        "subject": subject,
        automatic.NO_REPLY_KEY: "asked" if automatic.wants_silence(head) else "",
    }
    return {key: value for key, value in found.items() if value}
