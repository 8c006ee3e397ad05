"""Every place through which words can leave is known, and tried by the roads of tests/promises."""

from __future__ import annotations

import re

import pytest

from tests.house.source import SHIPPED, files, is_history, short
from tests.promises.paths import PATHS

# What a door looks like in the code. Whoever adds one adds the road to PATHS, then the module here.
DOORS = {
    "queues a reply": r"insert\(Delivery\)|\bDelivery\(|INSERT INTO deliveries\b",
    "queues a post": r"insert\(BroadcastPost\)|\bBroadcastPost\(|INSERT INTO broadcast_posts\b",
    "moves a reply": r"update\(Delivery\)|UPDATE deliveries\b",
    "moves a post": r"update\(BroadcastPost\)|UPDATE broadcast_posts\b",
    "calls outgoing.queue": r"\boutgoing\.queue\(",
    "calls delivery.leave": r"\bdelivery\.leave\(|[^.\w]leave\(session",
    "calls delivery.submit": r"\bdelivery\.submit\(",
    "calls publishing.publish": (
        r"\bpublishing\.publish\(|[^.\w]publish\(session, \w+, broadcast_id"
        r"|\bnochange_service\.publish\(|\bservice\.publish\("
    ),
    "takes from an outbox": r"\boutbox\.(claim|begin)\(|\bposting\.begin\(",
    "speaks to the outside": (
        r"channel\.send\(|\bpost_signed\(|\begress\.post\("
        r"|smtplib\.SMTP|httpx\.(Client|post|get)\(|WebClient\(|urlopen\("
    ),
}
_REPLIES = (
    "screen send",
    "JSON send",
    "retry of a reply",
    "resending a reply",
    "first receipt",
    "correction run",
)
_POSTS = ("broadcast", "retry of a post", "resending a post", "scheduled broadcast", "no change")
# Where each door stands, with the roads that go through it.
KNOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "queues a reply": {
        "webcare/services/outgoing.py": ("screen send", "first receipt"),
        "webcare/services/correction_sending.py": ("correction run", "correction of a latecomer"),
        "webcare/models/delivery.py": (),
    },
    "queues a post": {"webcare/services/publishing.py": _POSTS, "webcare/models/broadcast_post.py": ()},
    "moves a reply": {
        "webcare/services/outbox.py": _REPLIES,
        "webcare/services/undelivered.py": ("resending a reply",),
    },
    "moves a post": {"webcare/services/posting.py": _POSTS},
    "calls outgoing.queue": {
        "webcare/services/delivery.py": ("screen send", "approval by somebody else"),
        "webcare/services/receipts.py": ("first receipt",),
    },
    "calls delivery.leave": {
        "webcare/services/delivery.py": ("screen send", "JSON send", "override by a lead"),
        "webcare/services/approvals.py": (
            "approval by somebody else",
            "approval with mended words",
            "override asked of a lead",
        ),
    },
    "calls delivery.submit": {"webcare/views/composer.py": ("screen send", "JSON send")},
    "calls publishing.publish": {
        "webcare/services/broadcasts.py": ("broadcast", "undo of an activation", "resuming a paused post"),
        "webcare/services/publishing.py": ("scheduled broadcast",),
        "webcare/views/broadcasts.py": ("no change",),
    },
    "takes from an outbox": {"workers/delivery.py": _REPLIES, "workers/posting.py": _POSTS},
    "speaks to the outside": {
        "workers/delivery.py": _REPLIES,
        "workers/posting.py": _POSTS,
        "webcare/channels/webhook/delivery.py": _REPLIES,
        "webcare/channels/egress.py": _REPLIES,
        # Carry no words to contacts: our own alerts, and the doctor's look at whether a mail server is there.
        "webcare/channels/email/delivery.py": _REPLIES,
        "workers/slack_client.py": (),
        "webcare/checkup/outside.py": (),
    },
}


def _standing(door: str) -> set[str]:
    return {
        short(path)
        for path in files(*SHIPPED)
        if not is_history(path) and re.search(DOORS[door], path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("door", DOORS)
def test_no_door_stands_where_no_road_is_tried(door: str) -> None:
    new, gone = _standing(door) - set(KNOWN[door]), set(KNOWN[door]) - _standing(door)
    assert not new, (
        f"{new}: words can leave here. Add the road to PATHS in tests/promises/paths.py, then here."
    )
    assert not gone, f"{gone} has no such door any more; take it out here."


def test_every_road_that_is_named_exists() -> None:
    named = {road for places in KNOWN.values() for roads in places.values() for road in roads}
    assert named - set(PATHS) == set()
