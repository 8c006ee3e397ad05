"""Is the first and last thing a forked program does: cut loose from the terminal, bound to the supervisor."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from webcare.embedded import lifeline
from webcare.supervisor.ears import STOPPING

Target = Callable[[], object] | str | tuple[str, ...]


@dataclass(frozen=True)
class Child:
    """One program: a function, its dotted name as `package.module:function`, or words to execute.

    A dotted name is imported in the child, words (`exec`) replace the forked process.
    """

    name: str
    target: Target


def start(child: Child, forget: Callable[[], None]) -> int:
    """Fork `child` and return its process id; `forget` runs in the child first, to let go of what is ours."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal that came before the child has handlers of its own would be heard by ours and be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        pid = os.fork()
        if pid == 0:
            _live(child, parent, forget)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    return pid


def _live(child: Child, parent: int, forget: Callable[[], None]) -> None:
    """Be `child`: a session of its own, plain signals, and no life after the supervisor's. Never returns.

    SIGKILL, because nobody would be left to insist after a polite signal, and everything here may be
    killed at any moment without losing what was accepted.
    """
    code = 1
    try:
        lifeline.die_with(parent, signal.SIGKILL)
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        forget()
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor, not a file
            os.dup2(nothing.fileno(), 0)
        code = _call(child.target)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
    except BaseException:  # noqa: BLE001 - the last frame of a process
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # Not sys.exit: the supervisor's exit handlers and finally blocks are not ours to run.
        os._exit(code)


def _call(target: Target) -> int:
    if isinstance(target, tuple):
        os.execvp(target[0], target)  # noqa: S606 - words of our own, no shell
    elif isinstance(target, str):
        module, _, function = target.partition(":")
        getattr(importlib.import_module(module), function)()
    else:
        target()
    return 0
