"""Answers the SMTP and LMTP dialogue: what is taken, what is refused, in words that a stranger may read."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any, AnyStr

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from webcare import db
from webcare.errors import Away
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import intake
from webcare.services.intake import Arrived

log = structlog.get_logger(__name__)

TAKEN = "250 Kept"
LATER = "451 4.3.0 We can't store mail at the moment, please try again"
FAILED = "451 4.3.0 Something went wrong here and nothing was kept, please try again"
UNKNOWN = "550 5.1.1 There is no such mailbox here"

# NUL and half characters are no text for the database, and controls none for a person.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Mailroom:
    """Decides about each recipient and each mail; all its promises rest on the commit."""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept a recipient that is an inbox of ours."""
        if UNPRINTABLE.search(address):
            return UNKNOWN
        try:
            found = await asyncio.to_thread(_find, address)
        except Away:
            return LATER
        if found is None:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail for each inbox it is for, in one commit; LMTP hears of each recipient."""
        headers = {"mail_from": _printable(envelope.mail_from), "helo": _printable(session.host_name)}
        recipients = [str(one) for one in envelope.rcpt_tos]
        try:
            kept = await asyncio.to_thread(_keep, recipients, _bytes(envelope.content), headers)
        except Away:
            return LATER
        except Exception as error:  # noqa: BLE001 - the sender keeps the mail and tries again
            log.error("mail_not_kept", kind=type(error).__name__)  # noqa: TRY400 - a traceback could quote the mail
            return LATER
        if isinstance(server, LMTP):
            return "\r\n".join(f"{TAKEN} as {one}" if one else UNKNOWN for one in kept)
        ids = dict.fromkeys(one for one in kept if one)
        return f"{TAKEN} as {', '.join(ids)}" if ids else UNKNOWN

    async def handle_exception(self, error: Exception) -> str:
        """Answer what nobody foresaw: its words stay here, they may be a statement or a mail."""
        log.error("mail_dialogue_failed", kind=type(error).__name__)
        return FAILED


class SmtpDialogue(SMTP):
    """SMTP that takes any line a mail may hold, and answers whatever bytes it is sent."""

    def __init__(self, handler: object, *, data_size_limit: int, **options: Any) -> None:
        # Programs write whole mails as one line; a mail that is kept beats a rule that is.
        self.line_length_limit = data_size_limit
        super().__init__(handler, data_size_limit=data_size_limit, **options)

    async def push(self, status: AnyStr) -> None:
        """Send an answer; what can't be written is replaced, because some answers quote the question."""
        if isinstance(status, bytes):
            await super().push(status)
        else:
            await super().push(status.encode("utf-8", "replace"))

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # The standard library's reader of addresses fails in many ways on odd ones; 553 follows.
        try:
            return super()._getaddr(arg)
        except Exception:  # noqa: BLE001 - IndexError, AttributeError, UnicodeError ...
            return None, None


class LmtpDialogue(SmtpDialogue, LMTP):
    """LMTP: after DATA one answer for each recipient that was accepted (RFC 2033, 4.2)."""

    _due = 0

    async def push(self, status: AnyStr) -> None:
        """Send an answer; the one after the mail as often as there are recipients."""
        lines = status.encode("utf-8", "replace") if isinstance(status, str) else status
        if lines.startswith(b"354"):
            self._due = len(self.envelope.rcpt_tos) if self.envelope else 0
        elif self._due:
            lines = lines if b"\r\n" in lines else b"\r\n".join([lines] * self._due)
            self._due = 0
        await super().push(lines)


def _printable(value: object) -> str:
    return UNPRINTABLE.sub("\ufffd", str(value or ""))


def _bytes(content: bytes | str | None) -> bytes:
    # aiosmtpd hands over text only when it was asked to decode, which we never do.
    return content if isinstance(content, bytes) else (content or "").encode()


def _find(address: str) -> InboxRow | None:
    with db.transaction() as session:
        return inboxes.by_address(session, address)


def _keep(recipients: list[str], body: bytes, headers: dict[str, str]) -> list[str | None]:
    """Return for each recipient the receipt's id, or None when the inbox was closed meanwhile."""
    sha256 = hashlib.sha256(body).digest()
    name = sha256.hex()
    with db.transaction() as session:
        found = [inboxes.by_address(session, address) for address in recipients]
        wanted = {
            inbox.id: (
                inbox,
                Arrived(f"sha256:{name}", body, sha256, name, {**headers, "rcpt_to": address}),
            )
            for inbox, address in zip(found, recipients, strict=True)
            if inbox is not None
        }
        receipts = intake.accept_many(session, list(wanted.values())) if wanted else []
        ids = dict(zip(wanted, (receipt.id for receipt in receipts), strict=True))
        return [ids[inbox.id] if inbox else None for inbox in found]
