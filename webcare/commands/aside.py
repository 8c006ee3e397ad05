"""Does a piece of work in a process of its own, so that its memory is gone when it is done."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable

import click

from webcare.commands import plain_words


def call(work: Callable[[], str]) -> str:
    """Return what `work()` returns, computed in a forked child; whatever was loaded for it goes with it.

    Raises ClickException with the child's own sentence when the work failed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0 or not said:
        raise click.ClickException(_sentence(said) or "Preparing the database failed; see the lines above.")
    return _sentence(said)


def _answer(work: Callable[[], str], writing: int) -> None:
    code = 1
    said = ""
    try:
        with plain_words.spoken():
            said, code = work(), 0
    except click.ClickException as error:
        said = error.format_message()
    except Exception:  # noqa: BLE001 - the last frame of a process
        traceback.print_exc()
    try:
        os.write(writing, json.dumps(said).encode())
    finally:
        # Not sys.exit: the parent's exit handlers and open engines are not ours to run.
        os._exit(code)


def _sentence(said: bytes) -> str:
    return str(json.loads(said)) if said else ""
