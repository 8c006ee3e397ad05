"""Describes playbooks: what to do, to know, to say and to watch in one kind of crisis."""

from __future__ import annotations

from webcare.domain.playbook.lint import ForbiddenWords, RaisedCheck
from webcare.domain.playbook.parts import Alert, Approval, DueMinutes, Phase, Role, Severity, Step, Trigger
from webcare.domain.playbook.placeholders import ALERT_VALUES, PLACEHOLDERS, Placeholder
from webcare.domain.playbook.sentences import FactKind, FactSpec, ReplyTemplate, Snippet
from webcare.domain.playbook.shape import Playbook
from webcare.domain.playbook.text import Text, Titled, Urgency

__all__ = [
    "ALERT_VALUES",
    "PLACEHOLDERS",
    "Alert",
    "Approval",
    "DueMinutes",
    "FactKind",
    "FactSpec",
    "ForbiddenWords",
    "Phase",
    "Placeholder",
    "Playbook",
    "RaisedCheck",
    "ReplyTemplate",
    "Role",
    "Severity",
    "Snippet",
    "Step",
    "Text",
    "Titled",
    "Trigger",
    "Urgency",
]
