"""The guard on the way out: what counts as open, and a deadline that also binds the name server."""

from __future__ import annotations

import socket
import time

import pytest

from webcare.channels.network import Deadline, NotOpen, is_open, open_addresses, resolve

PRIVATE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"]
NEVER = [
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "fe80::1",
    "::",
    "ff02::1",
    "::ffff:169.254.169.254",
    "nonsense",
]
HIDDEN = ["64:ff9b::7f00:1", "2002:7f00:1::", "100.64.0.1", "::ffff:0:0", "240.0.0.1", "255.255.255.255"]


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"]
)
def test_public_addresses_are_open(address: str) -> None:
    assert is_open(address, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE + NEVER + HIDDEN)
def test_others_are_shut(address: str) -> None:
    assert not is_open(address, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_ones_can_be_opened(address: str) -> None:
    assert is_open(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_link_local_and_the_like_stay_shut(address: str) -> None:
    assert not is_open(address, allow_private=True)


def test_a_name_for_the_own_machine_is_shut() -> None:
    with pytest.raises(NotOpen):
        open_addresses("localhost", 80, Deadline(), allow_private=False)


def test_a_slow_name_server_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleepy(*_: object, **__: object) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", sleepy)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="name server"):
        resolve("example.com", 80, Deadline(0.1))
    assert time.monotonic() - start < 0.4
