"""Finds and judges network addresses: a deadline for the name server, and no way into the own network."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time

TOTAL_SECONDS = 20.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotOpen(OSError):
    """An address that this installation may not connect to."""


class Deadline:
    """The one moment by which everything about one delivery must be over."""

    def __init__(self, seconds: float = TOTAL_SECONDS) -> None:
        """Start the clock: `seconds` for name, connection, request and answer together."""
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise TimeoutError when there are none."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


def resolve(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the addresses of a host; raise OSError when the name server has none or is too slow.

    getaddrinfo knows no timeout and may hang for a minute, hence the thread that is left behind.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError(f"the name server did not answer for {host}") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _look_up(host: str, port: int, answers: queue.SimpleQueue[list[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
    except OSError as error:
        answers.put(error)
    except UnicodeError:
        answers.put(OSError(f"{host!r:.100} is no host name"))


def open_addresses(host: str, port: int, deadline: Deadline, *, allow_private: bool) -> list[str]:
    """Return the addresses of a host that may be connected to; raise NotOpen when none may be."""
    found = [one for one in resolve(host, port, deadline) if is_open(one, allow_private=allow_private)]
    if not found:
        raise NotOpen(
            f"{host} is an address inside a private network. If it is meant to be, "
            "set allow_private in this inbox's options."
        )
    return found


def is_open(address: str, *, allow_private: bool) -> bool:
    """Return whether an address is public, or private and allowed.

    Link-local, multicast and unspecified addresses stay shut in any case: nobody's desk lives there,
    but the metadata services of hosting providers do.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(one, allow_private=allow_private) for one in _with_embedded(parsed))


def _with_embedded(address: IPAddress) -> list[IPAddress]:
    """Return an address and every IPv4 address hidden in it (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    hidden = [address.sixtofour, *(address.teredo or ())]
    return [address, *(one for one in hidden if one is not None)]


def _is_open(address: IPAddress, *, allow_private: bool) -> bool:
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if allow_private and (address.is_private or address.is_loopback):
        return True
    return address.is_global and not address.is_reserved


def dial(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to the first address that answers; raise OSError when none does."""
    failure = OSError("no address to connect to")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left())
        except OSError as error:
            failure = error
    raise failure
