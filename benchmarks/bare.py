"""The bound for intake: a bare Flask route that does one INSERT and one commit, on the same server."""

from __future__ import annotations

import os
import threading

import psycopg
from flask import Flask, request
from granian.constants import Interfaces
from granian.server import Server

_own = threading.local()


def application() -> Flask:
    """Return the app; each thread keeps a plain connection, which is the quickest way there is."""
    app = Flask("bare")

    @app.post("/bare")
    def keep() -> tuple[str, int]:
        if not hasattr(_own, "connection"):
            _own.connection = psycopg.connect(os.environ["DATABASE_URL"])
        _own.connection.execute("INSERT INTO bare (body) VALUES (%s)", (request.get_data(),))
        _own.connection.commit()
        return "", 202

    return app


if __name__ == "__main__":
    Server(
        "benchmarks.bare:application",
        factory=True,
        port=int(os.environ["WEBCARE_PORT"]),
        interface=Interfaces.WSGI,
        blocking_threads=64,
        backpressure=64,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=2,
    ).serve()
