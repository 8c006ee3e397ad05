"""Describes tables and small facts about one row; one table per file."""

from __future__ import annotations

from webcare.models.activation import Activation
from webcare.models.activation_role import ActivationRole
from webcare.models.activation_step import ActivationStep
from webcare.models.agent import Agent
from webcare.models.alert import Alert
from webcare.models.approval import Approval
from webcare.models.assignment import Assignment
from webcare.models.broadcast import Broadcast
from webcare.models.broadcast_post import BroadcastPost
from webcare.models.contact import Contact
from webcare.models.conversation import Conversation
from webcare.models.correction import Correction
from webcare.models.correction_notice import CorrectionNotice
from webcare.models.delivery import Delivery
from webcare.models.delivery_attempt import DeliveryAttempt
from webcare.models.desk import Desk
from webcare.models.draft import Draft
from webcare.models.event import Event
from webcare.models.evidence import Evidence
from webcare.models.fact import Fact
from webcare.models.fact_version import FactVersion
from webcare.models.heartbeat import Heartbeat
from webcare.models.idempotency_key import IdempotencyKey
from webcare.models.inbox import Inbox
from webcare.models.inject import Inject
from webcare.models.invitation import Invitation
from webcare.models.judgement import Judgement
from webcare.models.message import Message
from webcare.models.message_fact import MessageFact
from webcare.models.pause import Pause
from webcare.models.promise import Promise
from webcare.models.raw_event import RawEvent
from webcare.models.reply_time import ReplyTime
from webcare.models.shift import Shift
from webcare.models.sign_in import SignIn
from webcare.models.sign_in_attempt import SignInAttempt
from webcare.models.team import Team
from webcare.models.text_approval import TextApproval
from webcare.models.volunteer import Volunteer

__all__ = [
    "Activation",
    "ActivationRole",
    "ActivationStep",
    "Agent",
    "Alert",
    "Approval",
    "Assignment",
    "Broadcast",
    "BroadcastPost",
    "Contact",
    "Conversation",
    "Correction",
    "CorrectionNotice",
    "Delivery",
    "DeliveryAttempt",
    "Desk",
    "Draft",
    "Event",
    "Evidence",
    "Fact",
    "FactVersion",
    "Heartbeat",
    "IdempotencyKey",
    "Inbox",
    "Inject",
    "Invitation",
    "Judgement",
    "Message",
    "MessageFact",
    "Pause",
    "Promise",
    "RawEvent",
    "ReplyTime",
    "Shift",
    "SignIn",
    "SignInAttempt",
    "Team",
    "TextApproval",
    "Volunteer",
]
