"""Checks the ways out and in: every inbox, the mail server, our own mail listener, Slack."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator

from webcare import queues, settings
from webcare.checkup.finding import Finding, broken, look, ok
from webcare.db import transaction
from webcare.errors import Away, ChannelError
from webcare.queries import health, inboxes
from webcare.queries.inboxes import InboxRow

PATIENCE_S = 5.0


def every_inbox() -> Iterator[Finding]:
    """Check that each inbox can prove its senders and can answer, and whether sending is paused."""
    try:
        with transaction() as session:
            found = inboxes.listed(session)
            state = health.look(session)
    except Away:
        return  # said already
    if not found:
        yield look("inboxes", "There is none yet. Make one: webcare inbox create, or on the desk.")
    for inbox in found:
        yield _inbox(inbox, found)
    if state.is_outbound_paused:
        yield look("sending", "Sending is paused for the whole desk. A lead can let it go on.")
    if state.deliveries.get("unknown"):
        yield look(
            "sending", f"{state.deliveries['unknown']} replies wait for a person's word: did they arrive?"
        )


def _inbox(inbox: InboxRow, others: list[InboxRow]) -> Finding:
    what = f"inbox {inbox.slug}"
    if inbox.channel == "rehearsal" or inbox.rehearsal_id is not None:
        return ok(what, "rehearsal: nothing leaves the house")
    if inbox.channel == "webhook" and not inbox.secrets:
        return broken(
            what, f"It has no secret, so nobody can write to it. Run: webcare inbox rotate {inbox.slug}"
        )
    lacking = _lacking(inbox, others)
    return look(what, lacking) if lacking else ok(what, f"{inbox.channel}, {inbox.name}")


def _lacking(inbox: InboxRow, others: list[InboxRow]) -> str:
    """Return what an inbox lacks to answer, in a sentence; empty when it lacks nothing."""
    if inbox.channel == "webhook" and not inbox.options.get("outbound_url"):
        return "It has no outbound_url, so replies wait. Add it to its options."
    if inbox.channel == "email" and not inbox.secrets:
        return "It has no secret, so answers to our mails can't be told from forged ones."
    if inbox.channel == "email" and not settings.get().smtp_host:
        return "SMTP_HOST is not set, so replies wait."
    if inbox.channel == "form" and not _answering(inbox, others):
        return "No e-mail inbox answers it. Name one: reply_inbox in its options."
    return ""


def _answering(form: InboxRow, others: list[InboxRow]) -> bool:
    named = form.options.get("reply_inbox")
    fit = [each for each in others if each.channel == "email" and named in (None, each.slug)]
    return len(fit) == 1


def mail_server() -> Iterator[Finding]:
    """Check that the mail server for outgoing mail talks to us."""
    chosen = settings.get()
    if not chosen.smtp_host:
        return
    where = f"{chosen.smtp_host}:{chosen.smtp_port}"
    kind = smtplib.SMTP_SSL if chosen.smtp_security == "tls" else smtplib.SMTP
    try:
        with kind(chosen.smtp_host, chosen.smtp_port, timeout=PATIENCE_S) as server:
            server.ehlo()
            can_encrypt = server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as error:
        yield broken(
            "mail server", f"{where} does not answer ({error}). Check SMTP_HOST, SMTP_PORT, firewall."
        )
        return
    if chosen.smtp_security == "starttls" and not can_encrypt:
        yield broken("mail server", f"{where} offers no STARTTLS. Set SMTP_SECURITY to tls or none.")
    else:
        yield ok("mail server", f"{where} answers")


def mail_listener() -> Iterator[Finding]:
    """Check that our own listener greets."""
    chosen = settings.get()
    if chosen.webcare_mail_port <= 0:
        yield ok("mail listener", "no fixed SMTP port is set; not looked at")
        return
    where = (chosen.webcare_mail_host, chosen.webcare_mail_port)
    try:
        with socket.create_connection(where, timeout=PATIENCE_S) as link:
            greeting = link.recv(200)
    except OSError as error:
        words = f"Nobody listens at {where[0]}:{where[1]} ({error}). Start: webcare mail"
        yield broken("mail listener", words)
        return
    if greeting.startswith(b"220"):
        yield ok("mail listener", f"{where[0]}:{where[1]} answers")
    else:
        yield broken(
            "mail listener", f"Something else answers at {where[0]}:{where[1]}. Set WEBCARE_MAIL_PORT."
        )


def slack() -> Iterator[Finding]:
    """Check that Slack knows our token."""
    chosen = settings.get()
    token = chosen.slack_bot_token.get_secret_value() if chosen.slack_bot_token else ""
    if not token:
        yield look("Slack", "SLACK_BOT_TOKEN is not set: alerts stand on the desk only.")
        return
    try:
        who = queues.resolve("workers.slack_client.who")(token, chosen.slack_api_url)
    except ChannelError as error:
        mend = "Check SLACK_BOT_TOKEN." if error.permanent else "Check the network; alerts wait meanwhile."
        yield broken("Slack", f"{error} {mend}")
        return
    yield ok("Slack", f"signed in as {who}")
