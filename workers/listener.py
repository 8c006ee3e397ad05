"""Takes e-mail over SMTP and LMTP: 250 only after the bytes are committed, 451 when they can't be."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import stat
import sys
from pathlib import Path
from typing import Any

import structlog

from webcare import db, logs, settings
from webcare.errors import Away
from webcare.services import heartbeats
from workers.mailroom import LmtpDialogue, Mailroom, SmtpDialogue

log = structlog.get_logger(__name__)

BEAT_S = 5.0
# A sending mail server waits 10 minutes for the answer to DATA; a stalled one is let go long before.
SILENT_S = 120


class _Closed(Exception):
    """An address can't be listened on; says which, and which setting names it."""


def run() -> None:
    """Listen until SIGTERM; end with code 1 and one sentence when an address can't be listened on."""
    logs.set_up()
    try:
        asyncio.run(_serve())
    except _Closed as closed:
        print(closed, file=sys.stderr, flush=True)  # noqa: T201 - a person reads it
        raise SystemExit(1) from None


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
        "hostname": "webcare",
        "ident": "Webcare",
        "timeout": SILENT_S,
    }
    servers: list[asyncio.AbstractServer] = []
    if chosen.webcare_mail_port >= 0:
        where = chosen.webcare_mail_host, chosen.webcare_mail_port
        try:
            made = await loop.create_server(lambda: SmtpDialogue(Mailroom(), **options), *where)
        except OSError as error:
            raise _Closed(_port_closed(*where, error)) from error
        log.info("mail_listening", port=made.sockets[0].getsockname()[1])
        servers.append(made)
    if chosen.webcare_lmtp_socket:
        place = _socket(chosen.webcare_lmtp_socket)
        servers.append(await loop.create_unix_server(lambda: LmtpDialogue(Mailroom(), **options), sock=place))
    return servers


def _port_closed(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Mail can't come in: another program listens on port {port} of {host}. "
            "Stop it, or set WEBCARE_MAIL_PORT to a free port (-1 for no SMTP)."
        )
    return (
        f"Mail can't come in: port {port} of {host} can't be opened ({error.strerror}). "
        "Set WEBCARE_MAIL_PORT (1024 or higher; -1 for no SMTP) and WEBCARE_MAIL_HOST."
    )


def _socket(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # What the last run left behind; a file of another kind is somebody's and stays.
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
        made.bind(str(path))
        # Your mail server's group may write; nobody else.
        path.chmod(0o660)
    except OSError as error:
        made.close()
        raise _Closed(
            f"Mail can't come in: the socket {path} can't be made ({error.strerror or error}). "
            "Set WEBCARE_LMTP_SOCKET to a new name in a folder that this account may write to."
        ) from error
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
