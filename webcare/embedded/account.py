"""Finds the system account that engines run as, and what that account can reach."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webcare.embedded.trouble import EngineTrouble


@dataclass(frozen=True)
class Account:
    """An ordinary account that root hands the engines to."""

    name: str
    uid: int
    gid: int


def choose(name: str) -> Account | None:
    """Return the account `name` when we are root, else None (we run engines as ourselves).

    Raises EngineTrouble when there is no such account, or when it is root again.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EngineTrouble(
            f"PostgreSQL refuses to run as root, and there is no account named {name!r}. "
            "Set WEBCARE_PG_USER to an ordinary account, or don't start Webcare as root."
        ) from None
    if entry.pw_uid == 0:
        raise EngineTrouble(
            f"WEBCARE_PG_USER is {name!r}, which is root; PostgreSQL refuses that. Name another account."
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def as_account(account: Account | None) -> dict[str, Any]:
    """Return the arguments that make subprocess run something as `account`."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_enter(path: Path, account: Account | None) -> bool:
    """Return whether `account` can reach and execute or enter `path`; asked of the kernel, not guessed."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(  # noqa: S603 - no shell, own words
        ["/usr/bin/env", "test", "-x", str(path)],
        cwd="/",
        check=False,
        timeout=10,
        **as_account(account),
    )
    return asked.returncode == 0


def own_names() -> tuple[str, ...]:
    """Return the names of the system accounts that may speak to the database: ours, and root."""
    try:
        mine = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ("root",)
    return tuple(dict.fromkeys((mine, "root")))
