"""Looks for the signs that a playbook's own alerts are waiting for; one look per sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webcare.domain import offers
from webcare.domain.alert_words import length, number_in
from webcare.domain.facts import usable
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.parts import Alert as AlertSpec
from webcare.domain.playbook.signs import Sign, When
from webcare.models import Activation
from webcare.queries import fact_versions, rules, signs

MOST_CONVERSATIONS = 5
A_FEW = 5
_NO_WHEN = When(sign="held")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A sign that was seen: what fills the words; `key` tells it from others of its kind.

    A sighting with another `version` is news at once and renews the same message; one with the same is
    said again only as often as the playbook repeats it.
    """

    values: Mapping[str, object]
    key: str = ""
    version: str = ""
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a look is taken: the activation, its playbook, one of its alerts, and the time."""

    session: Session
    row: Activation
    playbook: Playbook
    spec: AlertSpec
    now: datetime

    @property
    def when(self) -> When:
        """Return what the alert looks at."""
        return self.spec.when or _NO_WHEN

    @property
    def age(self) -> timedelta:
        """Return how long the activation runs."""
        return self.now - self.row.started_at

    @property
    def local(self) -> datetime:
        """Return the time where the playbook's people are."""
        return self.now.astimezone(rules.zone_of(self.playbook))

    def clock(self, moment: datetime) -> str:
        """Return a moment as people read it."""
        return moment.astimezone(rules.zone_of(self.playbook)).strftime("%H:%M %Z")


Look = Callable[[Scene], Iterator[Sighting]]


def see(scene: Scene) -> Iterator[Sighting]:
    """Yield what the alert's sign shows now; nothing outside its phases."""
    if scene.when.phases and scene.row.phase not in scene.when.phases:
        return
    yield from LOOKS[scene.when.sign](scene)


def _fact_changed(at: Scene) -> Iterator[Sighting]:
    for each in signs.changes(at.session, at.row.id, at.when.facts):
        if each.times >= at.when.count and each.at >= at.row.started_at:
            values = {"fact": each.key, "version": each.version, "count": each.times, "readers": each.readers}
            dependents = _dependents(at.playbook, each.key)
            yield Sighting({**values, "dependents": dependents}, each.key, str(each.id))


def _fact_missing(at: Scene) -> Iterator[Sighting]:
    held = fact_versions.held(at.session, [at.row.id])
    known = any(
        key in held and held[key].value.status == "confirmed" and usable(held[key].value, at.now)
        for key in at.when.facts
    )
    is_early = at.age < timedelta(minutes=at.when.minutes)
    if at.when.at is not None:
        is_early = at.local.strftime("%H:%M") < at.when.at
    if known or is_early:
        return
    key = at.when.facts[0]
    ended = [held[each].value.valid_until for each in at.when.facts if each in held]
    since = max((each for each in ended if each and each <= at.now), default=at.row.started_at)
    count = signs.waiting(at.session, at.row, at.when.intents)
    values = {"fact": key, "count": count, "minutes": int((at.now - since).total_seconds() // 60)}
    yield Sighting({**values, "dependents": _dependents(at.playbook, key)}, key)


def _fact_below(at: Scene) -> Iterator[Sighting]:
    if at.age < timedelta(hours=at.when.hours):
        return
    held = fact_versions.held(at.session, [at.row.id])
    for key in at.when.facts:
        fact = held[key].value if key in held else None
        number = number_in(fact.values.get("en", "")) if fact and usable(fact, at.now) else None
        if fact is None or number is None or number >= (at.when.below or 0):
            continue
        said = f"{number:g}"
        values = {"fact": key, "version": fact.version, "count": said, "rate": said}
        yield Sighting({**values, "dependents": _dependents(at.playbook, key)}, key, said)


def _messages(at: Scene) -> Iterator[Sighting]:
    since = max(at.now - timedelta(minutes=at.when.minutes), at.row.started_at)
    for key in at.when.facts:
        held = fact_versions.held(at.session, [at.row.id]).get(key)
        if held is None or held.value.status != "confirmed" or held.value.verified_at is None:
            return
        since = max(since, held.value.verified_at)
    found = signs.cluster(at.session, at.row, at.when, since)
    if found is None or found.count < max(1, at.when.count):
        return
    topic = at.when.topic.en if at.when.topic else found.top.replace("_", " ")
    values = {"count": found.count, "minutes": at.when.minutes, "since": at.clock(found.since)}
    yield Sighting({**values, "topic": topic, "top": f"{found.top} {found.share}%", "channel": found.inbox})


def _conversation(at: Scene) -> Iterator[Sighting]:
    found = signs.unclaimed(at.session, at.row, at.when, MOST_CONVERSATIONS)
    since = at.now - timedelta(minutes=at.when.minutes)
    count = signs.cluster(at.session, at.row, at.when, since) if found else None
    for row in found:
        values = {
            "conversation": row.id,
            "waiting": length(at.now - row.since),
            "language": row.language,
            "intent": next((each for each in row.intents if each in at.when.intents), ""),
            "urgency": f"U{row.urgency}",
            "count": max(1, count.count if count else 0),
            "minutes": at.when.minutes,
        }
        yield Sighting(values, str(row.id), conversation_id=row.id)


def _deadline(at: Scene) -> Iterator[Sighting]:
    held = fact_versions.held(at.session, [at.row.id])
    done = (held[key].value for key in at.when.facts if key in held)
    if any(each.status == "confirmed" and each.verified_at is not None for each in done):
        return
    gone = at.age // timedelta(hours=1)
    stages = [each for each in at.when.stages if each <= gone]
    if stages:
        yield Sighting({"hours": gone}, version=str(max(stages)))


def _time(at: Scene) -> Iterator[Sighting]:
    local = at.local
    if at.when.at is None or local.strftime("%H:%M") < at.when.at:
        return
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    shift = f"{local:%H:00}-{local + timedelta(hours=4):%H:00}"
    count = signs.about_day(at.session, at.row, begins)
    yield Sighting({"count": count, "shift": shift}, f"{local:%Y-%m-%d}")


def _held(at: Scene) -> Iterator[Sighting]:
    if at.playbook.reply_policy in {"hold", "allowlist-only"}:
        yield Sighting({"since": at.clock(at.row.started_at)})


def _forecast(at: Scene) -> Iterator[Sighting]:
    hours = at.when.hours or 4
    count = signs.backlog_in(at.session, at.row, hours, at.now)
    if count >= at.when.count:
        yield Sighting({"hours": hours, "count": count})


def _offers(at: Scene) -> Iterator[Sighting]:
    made = {each.key: each for each in at.playbook.replies if offers.makes_offer(each)}
    until = at.now + timedelta(minutes=at.when.minutes)
    zone = rules.zone_of(at.playbook)
    rows = signs.offers(at.session, at.row, list(made), at.now - timedelta(days=1))
    ends = [offers.expires_at(made[row.reply_template], row.text, row.sent_at, zone) for row in rows]
    soon = [each for each in ends if each is not None and at.now < each <= until]
    if soon:
        yield Sighting({"count": len(soon), "minutes": at.when.minutes}, version=max(soon).isoformat())


def _unused_access(at: Scene) -> Iterator[Sighting]:
    hours = at.when.hours or 72
    count = signs.unused(at.session, at.now - timedelta(hours=hours))
    if count >= max(1, at.when.count):
        yield Sighting({"count": count, "hours": hours})


def _failing(at: Scene) -> Iterator[Sighting]:
    rows = signs.failing(at.session, at.now - timedelta(minutes=at.when.minutes))
    tried, failed = sum(row.of_all for row in rows), sum(row.failed for row in rows)
    if tried < A_FEW or 100 * failed < at.when.count * tried or not failed:
        return
    worst = max(rows, key=lambda row: row.failed)
    since = at.clock(min(row.since for row in rows))
    yield Sighting({"channel": worst.inbox, "rate": round(100 * failed / tried), "since": since})


def _never(_: Scene) -> Iterator[Sighting]:
    """See nothing: who was held back is told in the moment it happens (services.attempts)."""
    return iter(())


def _dependents(playbook: Playbook, key: str) -> int:
    return sum(1 for each in playbook.replies if key in each.requires)


LOOKS: Mapping[Sign, Look] = {
    "fact_changed": _fact_changed,
    "fact_missing": _fact_missing,
    "fact_below": _fact_below,
    "messages": _messages,
    "conversation": _conversation,
    "deadline": _deadline,
    "time": _time,
    "held": _held,
    "blocked": _never,
    "forecast": _forecast,
    "offers": _offers,
    "unused_access": _unused_access,
    "failing": _failing,
}
