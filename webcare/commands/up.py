"""Starts all of it: engines, migrations, web, mail, workers and clock; and the demo's rehearsal."""

from __future__ import annotations

import time

import click

from webcare import db, embedded, queues, server, settings, supervisor
from webcare.commands import aside, connect, demo, plain_words, warming
from webcare.queries import activations, agents
from webcare.services import invitations

SETUP_MINUTES = 24 * 60
# Imported once before the children are forked, so that they share the memory.
PRELOAD = (
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "webcare.app",
    "webcare.server",
    "webcare.domain.triage",
    "workers.clock",
    "workers.correcting",
    "workers.delivery",
    "workers.lessons",
    "workers.listener",
    "workers.loop",
    "workers.notify",
    "workers.posting",
    "workers.rehearsal",
    "workers.retriage",
    "workers.triage",
    "workers.urgent",
)


@click.command()
@click.option("--demo", "is_demo", is_flag=True, help="Start a rehearsal that pours synthetic messages in.")
def up(*, is_demo: bool) -> None:
    """Start everything on this machine and stop it with Ctrl-C."""
    started = time.monotonic()
    chosen = settings.get()
    plain_words.check_port("WEBCARE_PORT", chosen.webcare_host, chosen.webcare_port)
    if chosen.webcare_mail_port >= 0:
        plain_words.check_port("WEBCARE_MAIL_PORT", chosen.webcare_mail_host, chosen.webcare_mail_port)
    engines = embedded.start(chosen.webcare_var, chosen, say=_say)
    try:
        connect.use(engines.database_url, engines.redis_url)
        _say("Bringing the database up to date")
        link, *in_force = aside.call(lambda: _prepare(engines.database_url, is_demo=is_demo)).split()
        server.greet_with(lambda: _greeting(link, time.monotonic() - started))
        _say("Reading playbooks and languages")
        warming.warm(PRELOAD, in_force)
        _say("Starting web, mail, workers and clock")
        code = supervisor.run(children(), engines, say=_say)
    finally:
        engines.stop()
    raise SystemExit(code)


def _prepare(database_url: str, *, is_demo: bool) -> str:
    """Return the link to open and the playbooks in force, with spaces between."""
    db.upgrade(database_url)
    link = demo.prepare() if is_demo else _first_link()
    with db.transaction() as session:
        return " ".join((link, *sorted({row.playbook for row in activations.running(session)})))


def children() -> list[supervisor.Child]:
    """Return every process of the program, each by the dotted name of what it runs."""
    return [
        supervisor.Child("web", "webcare.server:run"),
        supervisor.Child("mail", "workers.listener:run"),
        supervisor.Child("clock", "workers.clock:run"),
        *(supervisor.Child(f"worker {queue}", f"workers.loop:{queue}") for queue in queues.QUEUES),
    ]


def _say(words: str) -> None:
    click.echo(f"  {words}", err=True)


def _first_link() -> str:
    with db.transaction() as session:
        if agents.is_any(session):
            return f"{settings.get().base_url}/"
        token = invitations.make(session, "setup", None, SETUP_MINUTES)
    return f"{settings.get().base_url}/setup/{token}"


def _greeting(link: str, seconds: float) -> str:
    what = "Open this link; it works once and signs you in" if "/sign-in/" in link else "Open"
    if "/setup/" in link:
        what = "Open this link to make the first admin; it works once, for a day"
    return (
        f"\n  Webcare is ready after {seconds:.1f} s. {what}:\n\n      {link}\n\n  Ctrl-C stops everything.\n"
    )
