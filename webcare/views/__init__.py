"""Turns a request into one service call or one query, and the answer into a page or JSON."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

NOUNS = (
    "home",
    "setup",
    "sign_in",
    "conversations",
    "assignments",
    "composer",
    "approvals",
    "shifts",
    "volunteers",
    "findings",
    "lanes",
    "labels",
    "activations",
    "endings",
    "rehearsals",
    "playbooks",
    "broadcasts",
    "status",
    "sending",
    "facts",
    "corrections",
    "alerts",
    "ledger",
    "inboxes",
    "agents",
    "forms",
    "events",
)


def blueprints() -> tuple[Blueprint, ...]:
    """Return the blueprint of every noun."""
    return tuple(import_module(f"webcare.views.{noun}").blueprint for noun in NOUNS)
