"""Real servers for the channels to speak to: an SMTP server and an HTTP server, both able to fail."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from webcare.domain.utterances import InboxConfig, Outbound
from webcare.settings import Settings

SECRET = "a-secret-of-thirty-two-characters"


@dataclass
class Mailbox:
    """An SMTP server's memory, and what it answers at each step."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    closes_after_data: bool = False
    mails: list[Any] = field(default_factory=list)

    async def handle_MAIL(self, *given: Any) -> str:  # noqa: N802
        """Answer MAIL as planned, with yes by default."""
        _, _, envelope, address, _ = given
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
        """Answer RCPT as planned, with yes by default."""
        _, _, envelope, address, _ = given
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        """Answer DATA as planned, with yes by default."""
        self.mails.append(envelope)
        if self.closes_after_data:
            server.transport.abort()
        return self.answers.get("DATA", "250 taken as 77")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Run an SMTP server on a free loopback port."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@dataclass
class Receiver:
    """An HTTP server that answers each POST with the next planned reaction."""

    url: str = ""
    react: Callable[[BaseHTTPRequestHandler], None] | None = None
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run an HTTP server on a free loopback port."""
    memory = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            memory.requests.append((dict(self.headers), body))
            assert memory.react is not None
            memory.react(self)

        def log_message(self, *args: object) -> None:
            """Keep the tests' output free of access lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    memory.url = f"http://127.0.0.1:{server.server_port}/in"
    yield memory
    server.shutdown()
    server.server_close()
    thread.join()


def answering(status: int, body: bytes = b"{}", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a reaction: this status, these headers (underscores become hyphens), this body."""

    def react(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return react


def resetting(handler: BaseHTTPRequestHandler) -> None:
    """Reset the connection after the whole request was read."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Send a header byte by byte, each well within any timeout per read, for longer than the deadline."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 20:
        try:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(port: int = 0, **more: Any) -> Settings:
    """Return settings that name the local SMTP server."""
    return Settings(smtp_host="127.0.0.1" if port else "", smtp_port=port or 25, **more)


def reply(**changes: Any) -> Outbound:
    """Return one reply to Eve."""
    values: dict[str, Any] = {
        "message_id": "7b0e0b0c-6f0e-4d2c-9b5e-1d2f3a4b5c6d",
        "address": "eve@example.com",
        "text": "Flight ZZ123 leaves at 14:00.",
        "conversation_id": 42,
    }
    return Outbound(**(values | changes))


def inbox(channel: str, **changes: Any) -> InboxConfig:
    """Return one inbox with an address and a secret."""
    values: dict[str, Any] = {"slug": "polder", "channel": channel, "secrets": (SECRET,)}
    return InboxConfig(**(values | {"address": "inbox@example.org"} | changes))
