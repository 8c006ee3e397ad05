"""Runs the web server: one granian process whose worker ends with it, threads for open desks."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from webcare import logs, queues, settings
from webcare.embedded import lifeline


class _Greeting:
    """What is printed once the desk answers; set before the fork that serves it."""

    words: Callable[[], str] | None = None


def greet_with(words: Callable[[], str]) -> None:
    """Print what `words` returns as soon as the first page can be asked for."""
    _Greeting.words = words


def application() -> Any:
    """Return the WSGI application of one worker process, which dies when its server dies."""
    # Without this, kill -9 of the server would leave a worker that holds the port.
    lifeline.die_with(os.getppid())
    from webcare.app import create_app  # noqa: PLC0415 - only the worker pays for it

    logs.set_up()
    queues.ring_in_background()
    made = create_app(settings.get())
    if _Greeting.words:
        print(_Greeting.words(), flush=True)  # noqa: T201 - a person waits for it
    return made


def run() -> None:
    """Serve until SIGTERM; a worker that dies is started again at once."""
    chosen = settings.get()
    threads = chosen.webcare_threads
    Server(
        "webcare.server:application",
        factory=True,
        address=chosen.webcare_host,
        port=chosen.webcare_port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        # Streams hold their threads; what can't be answered at once waits here instead of in a thread.
        backpressure=threads,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        # Open streams never end by themselves; without this a stop would wait for them for ever.
        workers_kill_timeout=5,
        websockets=False,
        log_enabled=False,
    ).serve()
