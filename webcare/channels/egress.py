"""The one way out over HTTP: guarded addresses, one total deadline, no redirects, no second try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from webcare.channels.network import Deadline, NotOpen, open_addresses
from webcare.errors import ChannelError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Mapping

MAX_ANSWER = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: status, headers (names in lower case) and the first 64 KiB of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Trip:
    """One request on its way: how much time is left, and whether any byte of it has left us."""

    allow_private: bool
    deadline: Deadline
    has_written: bool = False

    def left(self, timeout: float | None) -> float:
        try:
            return min(self.deadline.left(), timeout or 60.0)
        except TimeoutError as error:
            raise httpcore.TimeoutException(str(error)) from None


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool = False) -> Answer:
    """POST once and return the answer, whatever its status.

    Raises ChannelError: `not_sent` while no byte of the request had left (name, connection, TLS),
    `unknown` from the first byte on.
    """
    trip = _Trip(allow_private, Deadline())
    _check(url, allow_private=allow_private)
    try:
        with _client(trip) as client, client.stream("POST", url, content=body, headers=headers) as answer:
            return Answer(answer.status_code, dict(answer.headers), _read(answer))
    except NotOpen as error:
        raise ChannelError(str(error), permanent=True, certainty="not_sent") from None
    except (*_FAILURES, httpx.HTTPError, OSError) as error:
        what = str(error) or type(error).__name__
        if trip.has_written:
            words = f"The connection to {_host(url)} broke after the message had left ({what})."
            raise ChannelError(words, permanent=False, certainty="unknown") from error
        words = f"{_host(url)} could not be reached ({what}). The message waits and is tried again."
        raise ChannelError(words, permanent=False, certainty="not_sent") from error


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


def _check(url: str, *, allow_private: bool) -> None:
    schemes = ("https", "http") if allow_private else ("https",)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        parsed = httpx.URL("")
    if parsed.scheme not in schemes or not parsed.host or parsed.userinfo:
        raise ChannelError(
            f"outbound_url must be an address that begins with {' or '.join(schemes)}:// "
            "and holds no password.",
            permanent=True,
            certainty="not_sent",
        )


def _host(url: str) -> str:
    return httpx.URL(url).host


def _client(trip: _Trip) -> httpx.Client:
    # trust_env off: a proxy from the environment would connect in our place, past the guard.
    return httpx.Client(
        transport=_Transport(trip),
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )


def _read(answer: httpx.Response) -> bytes:
    """Return the start of a body; a body that breaks off takes nothing back from the status before it."""
    body = b""
    try:
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) >= MAX_ANSWER:
                break
    except (*_FAILURES, OSError):
        pass
    return body[:MAX_ANSWER]


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        self._stream.close()


class _Transport(httpx.BaseTransport):
    """httpx on a connection pool whose connections pass the guard."""

    def __init__(self, trip: _Trip) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Backend(trip), retries=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Backend(httpcore.NetworkBackend):
    """Connects to addresses that were looked up and judged here, so no second look-up can differ."""

    def __init__(self, trip: _Trip) -> None:
        self._trip = trip
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        trip = self._trip
        found = open_addresses(host, port, trip.deadline, allow_private=trip.allow_private)
        failure: Exception = httpcore.ConnectError("no address")
        for address in found:
            try:
                real = self._real.connect_tcp(
                    address, port, trip.left(timeout), local_address, socket_options
                )
                return _Stream(real, trip)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection that keeps the total deadline and remembers whether a byte of the request left."""

    def __init__(self, real: httpcore.NetworkStream, trip: _Trip) -> None:
        self._real = real
        self._trip = trip

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, self._trip.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._trip.left(timeout)
        self._trip.has_written = True
        self._real.write(buffer, left)

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._real.start_tls(ssl_context, server_hostname, self._trip.left(timeout)), self._trip
        )

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)
