"""Prepares the embedded Valkey: a socket nobody else can reach, and a file that survives a kill."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from urllib.parse import quote

import redis

from webcare.embedded import binaries
from webcare.embedded.places import Places, make_owned
from webcare.embedded.server import Server
from webcare.embedded.trouble import EngineTrouble

READY_S = 20.0
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    # A bell that was evicted never rings; an error at least shows.
    "maxmemory-policy": "noeviction",
    "maxmemory": "128mb",
    "daemonize": "no",
}


def url(socket_folder: Path) -> str:
    """Return the address under which the Valkey in `socket_folder` is reached."""
    return f"unix://{quote(str(socket_folder / 'valkey.sock'))}?db=0"


def start(places: Places, socket_folder: Path) -> Server:
    """Start Valkey and wait until it answers; raise EngineTrouble when it doesn't within 20 s."""
    data = places.home / "valkey"
    make_owned(data, places.account)
    argv = [
        str(binaries.valkey(places)),
        "--dir",
        str(data),
        "--unixsocket",
        str(socket_folder / "valkey.sock"),
    ]
    for name, value in _SETTINGS.items():
        argv += [f"--{name}", value]
    server = Server("Valkey", tuple(argv), places.logs / "valkey.log", places.account, signal.SIGTERM)
    try:
        _start(server, socket_folder)
    except EngineTrouble:
        if not _set_aside(data):
            raise
        _start(server, socket_folder)
    return server


def _start(server: Server, socket_folder: Path) -> None:
    server.spawn()
    with redis.Redis.from_url(url(socket_folder), socket_timeout=2) as client:
        server.wait_until(lambda: _answers(client), READY_S)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def _set_aside(data: Path) -> bool:
    """Move a file that Valkey can't read out of the way: it holds bells, the database rings them again."""
    kept = data / "appendonlydir"
    if not kept.is_dir():
        return False
    kept.rename(data / f"appendonlydir.unreadable-{time.time_ns()}")
    return True
