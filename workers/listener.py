"""Takes e-mail over SMTP and LMTP: 250 only after the bytes are committed, 451 when they can't be."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import socket
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from webcare import db, logs, settings
from webcare.errors import Away
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import heartbeats, intake
from webcare.services.intake import Arrived

log = structlog.get_logger(__name__)

TAKEN = "250 Kept"
LATER = "451 4.3.0 We can't store mail at the moment, please try again"
UNKNOWN = "550 5.1.1 There is no such mailbox here"
BEAT_S = 5.0
# A sending mail server waits 10 minutes for the answer to DATA; a stalled one is let go long before.
SILENT_S = 120


class Mailroom:
    """Answers an SMTP dialogue; all its promises rest on the commit."""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept a recipient that is an inbox of ours."""
        try:
            found = await asyncio.to_thread(_find, address)
        except Away:
            return LATER
        if found is None:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail for each inbox it is for, in one commit."""
        body = _bytes(envelope.content)
        headers = {"mail_from": str(envelope.mail_from or ""), "helo": str(session.host_name or "")}
        try:
            kept = await asyncio.to_thread(_keep, [str(one) for one in envelope.rcpt_tos], body, headers)
        except Away:
            return LATER
        except Exception as error:  # noqa: BLE001 - the sender keeps the mail and tries again
            log.error("mail_not_kept", kind=type(error).__name__)  # noqa: TRY400 - a traceback could quote the mail
            return LATER
        return f"{TAKEN} as {', '.join(kept)}" if kept else UNKNOWN


def _bytes(content: bytes | str | None) -> bytes:
    # aiosmtpd hands over text only when it was asked to decode, which we never do.
    return content if isinstance(content, bytes) else (content or "").encode()


def _find(address: str) -> InboxRow | None:
    with db.transaction() as session:
        return inboxes.by_address(session, address)


def _keep(recipients: list[str], body: bytes, headers: dict[str, str]) -> list[str]:
    sha256 = hashlib.sha256(body).digest()
    with db.transaction() as session:
        wanted = {}
        for address in recipients:
            inbox = inboxes.by_address(session, address)
            if inbox is not None:
                wanted[inbox.id] = (
                    inbox,
                    Arrived(
                        f"sha256:{sha256.hex()}", body, sha256, sha256.hex(), {**headers, "rcpt_to": address}
                    ),
                )
        return [receipt.id for receipt in intake.accept_many(session, list(wanted.values()))]


def run() -> None:
    """Listen until SIGTERM; raise OSError when the address is taken."""
    logs.set_up()
    asyncio.run(_serve())


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    servers = await _open(loop)
    beating = asyncio.create_task(_beat())
    await stopped.wait()
    beating.cancel()
    for server in servers:
        server.close()


async def _open(loop: asyncio.AbstractEventLoop) -> list[asyncio.AbstractServer]:
    chosen = settings.get()
    options: dict[str, Any] = {
        "data_size_limit": chosen.webcare_max_mail,
        "enable_SMTPUTF8": True,
        "ident": "Webcare",
        "timeout": SILENT_S,
    }
    servers: list[asyncio.AbstractServer] = []
    if chosen.webcare_mail_port >= 0:
        made = await loop.create_server(
            lambda: SMTP(Mailroom(), hostname="webcare", **options),
            chosen.webcare_mail_host,
            chosen.webcare_mail_port,
        )
        log.info("mail_listening", port=made.sockets[0].getsockname()[1])
        servers.append(made)
    if chosen.webcare_lmtp_socket:
        place = _socket(chosen.webcare_lmtp_socket)
        servers.append(
            await loop.create_unix_server(lambda: LMTP(Mailroom(), hostname="webcare", **options), sock=place)
        )
    return servers


def _socket(path: Path) -> socket.socket:
    # Your mail server's group may write; nobody else.
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    path.chmod(0o660)
    return made


async def _beat() -> None:
    while True:
        await asyncio.to_thread(_say_alive)
        await asyncio.sleep(BEAT_S)


def _say_alive() -> None:
    try:
        with db.transaction() as session:
            heartbeats.beat(session, heartbeats.own_name("mail"), "mail")
    except Away:
        log.warning("heartbeat_missed", role="mail")
