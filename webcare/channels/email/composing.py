"""Writes one reply as a mail: fixed id, threaded, plain flowed text; no value can add a header."""

from __future__ import annotations

import io
import re
from datetime import datetime
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from typing import TYPE_CHECKING

from webcare.channels import addresses, plain
from webcare.channels.email import automatic, token

if TYPE_CHECKING:
    from email.message import Message

    from webcare.domain.utterances import InboxConfig, Outbound

MAX_REFERENCES = 20
_WIDTH = 72
_LONGEST_LINE = 900  # RFC 5322 allows 998
_MAX_LOCAL = 64
_RE = re.compile(r"(?:\s*(?:re|aw|antw|sv|vs|odp)\s*(?:\[\d{1,3}\])?\s*:)+\s*", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9-]")


def message_id(outbound: Outbound, config: InboxConfig) -> str:
    """Return the Message-ID of a reply: the same on every attempt, and its token finds the way back."""
    own = _NOT_IN_IDS.sub("", outbound.message_id)[:64]
    domain = config.address.rpartition("@")[2].encode("idna").decode("ascii")
    return f"<{'.'.join(filter(None, (own, _token(outbound, config))))}@{domain}>"


def compose(outbound: Outbound, config: InboxConfig, now: datetime) -> bytes:
    """Return the whole mail with CRLF line ends; the addresses must have been checked before."""
    charset = Charset("utf-8")
    charset.body_encoding = QP
    mail = MIMEText(flowed(plain.text(outbound.text)), "plain")
    del mail["Content-Transfer-Encoding"]
    mail.set_payload(flowed(plain.text(outbound.text)), charset)
    mail.set_param("format", "flowed")
    mail["From"] = _mailbox(str(config.options.get("from_name") or ""), config.address)
    mail["To"] = _mailbox(outbound.name, outbound.address)
    mail["Subject"] = Header(_subject(outbound), "utf-8").encode()
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(outbound, config)
    _thread(mail, outbound, config)
    if outbound.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail[automatic.LOOP_HEADER] = config.address
    out = io.BytesIO()
    # Ids stay on the line of their header: some mail servers misread a folded Message-ID.
    policy = compat32.clone(linesep="\r\n", mangle_from_=False, max_line_length=_LONGEST_LINE)
    BytesGenerator(out, policy=policy).flatten(mail)
    return out.getvalue()


def _thread(mail: Message, outbound: Outbound, config: InboxConfig) -> None:
    answered = _MESSAGE_ID.findall(outbound.threading.get("message_id", ""))[:1]
    before = _MESSAGE_ID.findall(outbound.threading.get("references", ""))
    references = list(dict.fromkeys(before + answered))
    if answered:
        mail["In-Reply-To"] = answered[0]
    if references:
        mail["References"] = " ".join(references[:1] + references[1:][1 - MAX_REFERENCES :])
    local, _, domain = config.address.partition("@")
    plus = f"{local.partition('+')[0]}+{_token(outbound, config)}"
    if _token(outbound, config) and len(plus) <= _MAX_LOCAL:
        mail["Reply-To"] = f"{plus}@{domain}"


def _token(outbound: Outbound, config: InboxConfig) -> str:
    secret = next(filter(None, config.secrets), "")
    return token.make(outbound.conversation_id, secret) if secret else ""


def _subject(outbound: Outbound) -> str:
    given = plain.line(outbound.subject or outbound.threading.get("subject", ""), 300)
    bare = _RE.sub("", given, count=1) if _RE.match(given) else given
    if outbound.threading.get("message_id") or bare != given:
        return f"Re: {bare}".rstrip()
    return bare


def _mailbox(name: str, address: str) -> str:
    name = plain.line(name, 100).replace("\\", "").replace('"', "")
    if not name:
        return address
    shown = f'"{name}"' if name.isascii() else Header(name, "utf-8").encode(maxlinelen=0)
    return f"{shown} <{addresses.ascii_form(address) or address}>"


def flowed(text: str) -> str:
    """Return text in format=flowed (RFC 3676): lines of 72 that a mail program may join again."""
    return "\n".join(piece for line in text.split("\n") for piece in _flow(line))


def _flow(line: str) -> list[str]:
    line = line if line == "-- " else line.rstrip(" ")
    pieces = []
    while len(line) > _WIDTH:
        place = line.rfind(" ", 1, _WIDTH)
        place = place if place > 0 else line.find(" ", _WIDTH)
        if place < 0:
            break
        pieces.append(line[: place + 1])
        line = line[place + 1 :]
    return [f" {piece}" if piece.startswith((" ", ">", "From ")) else piece for piece in [*pieces, line]]
