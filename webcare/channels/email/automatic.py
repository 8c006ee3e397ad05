"""Tells mails of machines from mails of people, so that two machines never write to each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from webcare.channels import addresses
from webcare.channels.email.decoding import header, headers

if TYPE_CHECKING:
    from email.message import Message

    from webcare.domain.utterances import Inbound, InboxConfig

LOOP_HEADER = "X-Loop"
NO_REPLY_KEY = "no_auto_reply"

_MACHINES = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|bounces?|no[-_.]?reply|do[-_.]?not[-_.]?reply|niet[-_.]?beantwoorden"
    r"|keine?[-_.]?antwort|ne[-_.]?pas[-_.]?repondre|no[-_.]?responder|auto[-_.]?repl(?:y|ies))(?:[-_.+\d].*)?"
)
_BULK = {"bulk", "list", "junk", "auto_reply"}
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "X-Mailing-List")


def is_automatic(head: Message, config: InboxConfig, envelope_from: str | None) -> bool:
    """Return whether a mail is an automatic answer, a bounce, a list or our own (RFC 3834).

    `envelope_from` is the SMTP envelope's sender, empty for bounces, None when unknown.
    """
    submitted = header(head, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or header(head, "X-Autoreply") or header(head, "X-Autorespond"):
        return True
    if envelope_from in {"", "<>"} or any(one.strip() == "<>" for one in headers(head, "Return-Path")):
        return True
    if header(head, "Precedence").strip().lower() in _BULK or any(header(head, name) for name in _LISTS):
        return True
    if header(head, "Content-Type").strip().lower().startswith("multipart/report"):
        return True
    return bool(config.address) and config.address.lower() in {
        one.strip().lower() for one in headers(head, LOOP_HEADER)
    }


def is_machine(address: str, config: InboxConfig) -> bool:
    """Return whether an address belongs to a robot, or to this very inbox."""
    own = addresses.without_plus(config.address) if config.address else ""
    return bool(_MACHINES.fullmatch(address.partition("@")[0])) or addresses.without_plus(address) == own


def wants_silence(head: Message) -> bool:
    """Return whether the sender asks for no automatic answers of any kind."""
    asked = header(head, "X-Auto-Response-Suppress").strip().lower()
    return asked not in {"", "none"}


def may_auto_reply(inbound: Inbound) -> bool:
    """Return whether a machine may answer this message at all (RFC 3834).

    The caller still owes the other half: at most one automatic answer per address in 24 hours.
    """
    if inbound.auto_submitted or NO_REPLY_KEY in inbound.threading:
        return False
    return addresses.valid(inbound.address) is not None
