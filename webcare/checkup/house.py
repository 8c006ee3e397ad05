"""Checks the house itself: settings, folders, disk, playbooks and what the browser loads."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import ValidationError

from webcare import playbooks, rendering, settings
from webcare.checkup.finding import Finding, broken, look, ok
from webcare.learning import shelf
from webcare.settings import Settings

GIB = 1024**3
_LOCAL = {"127.0.0.1", "localhost", "::1", ""}


def settings_given() -> Iterator[Finding]:
    """Check that every setting can be read and that none is misspelt."""
    known = {name.upper() for name in Settings.model_fields}
    try:
        Settings()
    except ValidationError as error:
        for wrong in error.errors():
            name = str(wrong["loc"][0]).upper() if wrong["loc"] else "a setting"
            yield broken("settings", f"{name}: {wrong['msg']}. Correct it in the environment.")
        return
    yield ok("settings", f"{sum(name in os.environ for name in known)} of {len(known)} set, all readable")
    for name in sorted(os.environ):
        if name.startswith("WEBCARE_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else " Remove it, or look it up in the README."
            yield look("settings", f"{name} is no setting of Webcare and does nothing.{meant}")


def settings_meant() -> Iterator[Finding]:
    """Check that settings which can be read also make sense."""
    chosen = settings.get()
    host = urlsplit(chosen.base_url).hostname or ""
    if not chosen.is_https and host not in _LOCAL:
        yield broken(
            "PUBLIC_URL", f"{chosen.base_url} is not https: passwords would travel readable. Use TLS."
        )
    elif not chosen.public_url:
        yield look("PUBLIC_URL", "Not set: links in alerts and mails point to this machine only.")
    else:
        yield ok("PUBLIC_URL", chosen.base_url)
    if chosen.is_https and chosen.webcare_trusted_proxies == 0:
        yield look(
            "WEBCARE_TRUSTED_PROXIES", "0, although the desk is reached over https: behind a proxy, set 1."
        )
    socket = chosen.webcare_lmtp_socket
    if socket is not None and not socket.parent.is_dir():
        yield broken("WEBCARE_LMTP_SOCKET", f"The folder {socket.parent} is missing. Make it.")


def disk() -> Iterator[Finding]:
    """Check that the folder for engines and metrics can be written and has room."""
    var = settings.get().webcare_var
    place = var if var.exists() else var.absolute().parent
    if not os.access(place, os.W_OK):
        yield broken(
            "disk", f"{place} can't be written by this account. Give it the right, or set WEBCARE_VAR."
        )
        return
    free = shutil.disk_usage(place).free / GIB
    words = f"{free:.1f} GiB free at {place}"
    if free < 0.25:  # noqa: PLR2004 - a quarter GiB: an afternoon of a crisis
        yield broken("disk", f"{words}. Make room now: without it no message can be kept.")
    elif free < 2:  # noqa: PLR2004 - enough for a day of two million messages
        yield look("disk", f"{words}. Make room soon.")
    else:
        yield ok("disk", words)


def assets() -> Iterator[Finding]:
    """Check that templates, style sheets and scripts came along."""
    pages = list(rendering.templates_folder().rglob("*.html"))
    found = {
        "templates": len(pages),
        "style sheets": len(rendering.stylesheets()),
        "scripts": len(rendering.scripts()),
    }
    missing = [name for name, count in found.items() if not count]
    if missing:
        yield broken("assets", f"No {' and no '.join(missing)} found. Install Webcare again.")
    else:
        yield ok("assets", ", ".join(f"{count} {name}" for name, count in found.items()))


def playbooks_found() -> Iterator[Finding]:
    """Check that every playbook can be used."""
    root = playbooks.folder(settings.get())
    slugs = playbooks.slugs(root)
    if not slugs:
        yield broken(
            "playbooks", f"There is none in {root}. Set WEBCARE_PLAYBOOKS to the folder that has them."
        )
    wrong = {slug: len(playbooks.problems(root / slug)) for slug in slugs}
    for slug in (slug for slug, count in wrong.items() if count):
        yield broken(
            "playbooks", f"'{slug}' has {wrong[slug]} problem(s). Run: webcare playbook check {root / slug}"
        )
    if slugs and not any(wrong.values()):
        yield ok("playbooks", f"{len(slugs)} can be used: {', '.join(slugs)}")


def triage_model() -> Iterator[Finding]:
    """Check that there is a model for triage, and say which one it goes by."""
    var = settings.get().webcare_var
    model, learned = shelf.in_use(var), shelf.history(var)
    if model is None:
        yield look(
            "triage",
            "There is no learned model yet: rules alone judge. Run: webcare learn --shipped (a minute)",
        )
    elif learned and learned[-1] != model.version:
        yield look(
            "triage",
            f"The model {learned[-1]} that was learned here can't be read, so {model.version} is used."
            " Run: webcare learn",
        )
    else:
        origin = "learned here" if learned else "of the shipped examples"
        yield ok("triage", f"model {model.version}, {origin}")
