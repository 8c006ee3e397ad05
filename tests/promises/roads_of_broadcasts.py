"""Goes every road by which words for everybody can leave: approved, planned, resumed, undone, tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import broadcasting
from tests.promises import acting
from tests.promises.world import BUSY, GONE, REASON, World
from webcare import clock, db
from webcare.services import broadcasts


def _broadcast(world: World, *, override: bool = False, **more: Any) -> str:
    """Write an update on the screen, ask for the yes and give it if the case has one; return its path."""
    world.fact("airspace_status", "closed")
    unknown = {"en": "when we fly again", "nl": "wanneer we weer vliegen"}
    parts = {**broadcasting.ENGLISH, "doing": world.words}
    at = (clock.now() + timedelta(hours=1)).isoformat()
    both = {
        f"{name}_{code}": said
        for code in ("en", "nl")
        for name, said in {**parts, "dont_know": unknown[code]}.items()
    }
    form = {"kind": "update", "activation_id": world.activation_id, "next_update_at": at, **both, **more}
    dev = world.browser("dev")
    where: str = dev.post("/broadcasts", form).headers["Location"]
    if override:
        passed = {"seen_version": "1", "name": "unbacked_promise", "why": REASON}
        dev.post(f"{where}/overrides", passed)
    dev.post(f"{where}/submission", {"seen_version": "1"})
    if world.case.has_yes:
        dev.post(f"{where}/approval", {"seen_version": "1"})
    return where


def broadcast(world: World) -> None:
    """Let a lead approve an update, and the job post it."""
    _broadcast(world)
    world.leaves()


def broadcast_overridden(world: World) -> None:
    """Let a lead pass a finding in an update."""
    _broadcast(world, override=True)
    world.leaves()


def scheduled(world: World) -> None:
    """Let the time of an approved update come."""
    _broadcast(world, publish_at=(clock.now() + timedelta(minutes=30)).isoformat())
    _its_time(world)


def scheduled_rewritten(world: World) -> None:
    """Rewrite an approved update before its time comes."""
    at = (clock.now() + timedelta(minutes=30)).isoformat()
    where = _broadcast(world, publish_at=at)
    words = {f"{name}_{code}": said for code in ("en", "nl") for name, said in broadcasting.ENGLISH.items()}
    late = (clock.now() + timedelta(hours=1)).isoformat()
    form = {"kind": "update", "activation_id": world.activation_id, "publish_at": at, "next_update_at": late}
    world.browser("dev").post(where, {**form, **words, "dont_know_en": "nothing", "seen_version": "1"})
    _its_time(world)


def _its_time(world: World) -> None:
    acting.rows(
        "UPDATE broadcasts SET publish_at = now() - interval '1 minute'"
        " WHERE state <> 'published' RETURNING id"
    )
    world.has_queued()
    with db.transaction() as session:
        broadcasts.publish_due(session, 10)
    acting.work()


def no_change(world: World) -> None:
    """Let a lead say in one step that nothing changed; an agent, who may not, tries the same."""
    world.fact("airspace_status", "closed")
    form = {"activation_id": world.activation_id, "minutes": "60"}
    world.browser("dev" if world.case.has_yes else "amina").post("/broadcasts/nochange", form)
    world.leaves()


def post_retried(world: World) -> None:
    """Try a post again after the channel was busy."""
    world.fails_first(BUSY)
    _broadcast(world)
    acting.work()
    world.has_queued()
    world.is_time_again()
    acting.work()


def post_resent(world: World) -> None:
    """Let a lead post once more what the channel refused."""
    world.fails_first(GONE)
    where = _broadcast(world)
    acting.work()
    for (number,) in acting.rows("SELECT id FROM broadcast_posts ORDER BY id DESC LIMIT 1"):
        world.browser("dev").post(f"{where}/posts/{number}/decision", {"decision": "resend"})
    world.leaves()


def _planned(world: World) -> str:
    dev, at = world.browser("dev"), (clock.now() + timedelta(minutes=30)).isoformat()
    where: str = dev.post("/broadcasts", {"kind": "post", "text_en": world.words, "publish_at": at}).headers[
        "Location"
    ]
    dev.post(f"{where}/submission", {"seen_version": "1"})
    if world.case.has_yes:
        dev.post(f"{where}/approval", {"seen_version": "1"})
    return where


def undone(world: World) -> None:
    """Undo an activation that paused a planned post, and let the post's time come."""
    _planned(world)
    world.browser("dev").post(f"/activations/{world.activation_id}/undo", {"reason": "It was a mistake"})
    _its_time(world)


def resumed(world: World) -> None:
    """Let a lead resume a planned post that the crisis paused."""
    where = _planned(world)
    world.browser("dev").post(f"{where}/resumption", {"seen_version": "1"})
    _its_time(world)
