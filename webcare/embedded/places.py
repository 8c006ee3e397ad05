"""Decides where engines keep data, logs and sockets, and who owns those folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from webcare.embedded.account import Account, can_enter
from webcare.embedded.trouble import EngineTrouble

# sun_path holds 108 bytes on Linux and 104 on macOS, closing zero included; PostgreSQL's own name takes 14.
_LONGEST_SOCKET_FOLDER = 104 - 1 - len("/.s.PGSQL.5432")
# Where root keeps data when the account can't enter WEBCARE_VAR (a checkout in /root, say).
_SYSTEM_HOME = Path("/var/lib/webcare")


@dataclass(frozen=True)
class Places:
    """The folders of one set of engines; all but `var` belong to `account`."""

    var: Path
    home: Path
    account: Account | None

    @property
    def logs(self) -> Path:
        """Return the folder for what engines say."""
        return self.home / "log"


def prepare(var: Path, account: Account | None) -> Places:
    """Make the folders under `var` (or under /var/lib/webcare when `account` can't enter `var`)."""
    var = var.resolve()
    try:
        if not var.exists():
            var.mkdir(parents=True)
            var.chmod(0o711)
        home = _home(var, account)
        for folder in (home, home / "log"):
            make_owned(folder, account)
    except OSError as error:
        raise EngineTrouble(
            f"The folder {var} can't be made or written ({error.strerror}). "
            "Check who owns it, or set WEBCARE_VAR to a folder of your own."
        ) from error
    return Places(var, home, account)


def _home(var: Path, account: Account | None) -> Path:
    if account is None or can_enter(var, account):
        return var / "engines"
    # Opening other people's parent folders is not ours to do, so the data go where services keep theirs.
    home = _SYSTEM_HOME / hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    home.parent.mkdir(parents=True, exist_ok=True)
    pointer = var / "engines"
    if not pointer.exists() and not pointer.is_symlink():
        pointer.symlink_to(home, target_is_directory=True)
    return home


def make_owned(folder: Path, account: Account | None) -> None:
    """Make `folder` private to `account`; raise OSError when that can't be done."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None and folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)


def sockets(places: Places) -> Path:
    """Return a private folder for sockets whose path is short enough for the kernel."""
    usual = places.home / "run"
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER:
        make_owned(usual, places.account)
        return usual
    # mkdtemp: a predictable name in a folder that all can write could be laid there by somebody else.
    base = "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 - mkdtemp below
    short = Path(tempfile.mkdtemp(prefix="webcare-", dir=base))
    if places.account is not None:
        os.chown(short, places.account.uid, places.account.gid)
    return short


def give_up_sockets(places: Places, folder: Path) -> None:
    """Remove a folder that `sockets` made outside the usual place."""
    if folder != places.home / "run" and folder.name.startswith("webcare-"):
        shutil.rmtree(folder, ignore_errors=True)
