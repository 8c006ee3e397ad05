"""Lets team leads put a playbook in force and run it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.domain.language import SUPPORTED
from webcare.domain.playbook import Playbook
from webcare.queries import (
    activations,
    agents,
    covered,
    crisis_figures,
    facts,
    inboxes,
    playbooks,
    strictest,
    text_approvals,
    timeline,
)
from webcare.queries import promises as promised
from webcare.schemas.crisis import (
    ActivationForm,
    NextUpdateForm,
    PhaseForm,
    RoleForm,
    StepForm,
)
from webcare.schemas.form import Misshapen
from webcare.services import activation, activation_phases, promises, scopes, undoing
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("activations", __name__)
_ONE = "/activations/<int:activation_id>"


@blueprint.get("/activations")
@security.needs("activation.read")
def index() -> Response:
    """List what is in force, what was, and the playbooks that are ready."""
    with db.transaction() as session:
        past = activations.past(session)
        if answers.wants_json():
            return answers.as_json({"running": activations.running(session), "past": past})
        ready = playbooks.ready()
        return answers.html("activations/index.html", past=past, playbooks=ready, **answers.shell(session))


@blueprint.get("/activations/new")
@security.needs("playbook.activate")
def new() -> Response:
    """Show the one form."""
    with db.transaction() as session:
        return answers.html(
            "activations/new.html",
            playbooks=playbooks.ready(),
            chosen=request.args.get("playbook", ""),
            inboxes=[each for each in inboxes.listed(session) if each.rehearsal_id is None],
            languages=SUPPORTED,
            labels=covered.labels(session),
            **answers.shell(session),
        )


@blueprint.post("/activations")
@security.needs("playbook.activate")
def create() -> AnyResponse:
    """Say what will change; put the playbook in force when that was confirmed."""
    form = posted(ActivationForm)
    playbook = playbooks.one(form.playbook)
    if not form.confirmed and not answers.wants_json():
        with db.transaction() as session:
            return _confirm(session, form, playbook)
    at = clock.now() + timedelta(minutes=form.next_update_minutes) if form.next_update_minutes else None
    wanted = activation.Activate(
        form.playbook, form.reason, form.severity, form.mode, at, form.options, form.scope
    )
    with db.transaction() as session:
        made = activation.activate(session, security.who(), wanted)
    return answers.created(f"/activations/{made.id}", {"activation": made})


def _confirm(session: Any, form: ActivationForm, playbook: Playbook) -> Response:
    """Show what will change; raise Refused for a scope that can't be, before anybody confirms it."""
    scope = scopes.checked(session, form.scope, form.mode)
    texts = text_approvals.texts(session, playbook)
    return answers.html(
        "activations/confirm.html",
        form=form,
        playbook=playbook,
        scope=scope.plain(),
        inbox_names=[each.name for each in inboxes.listed(session) if each.id in scope.inboxes],
        backlog=covered.count(session, security.who(), scope),
        grave_samples=sum(each.is_grave and each.is_sample for each in texts),
        **answers.shell(session),
    )


@blueprint.get(_ONE)
@security.needs("activation.read")
def show(activation_id: int) -> Response:
    """Show the crisis room."""
    who = security.who()
    with db.transaction() as session:
        detail = activations.one(session, activation_id)
        if answers.wants_json():
            plain = {"activation": detail.row, "steps": detail.steps, "roles": detail.roles}
            return answers.as_json(plain)
        template = "activations/_board.html" if answers.is_fragment("board") else "activations/show.html"
        return answers.html(
            template,
            detail=detail,
            agents=agents.working(session),
            facts=[each for each in facts.board(session, clock.now()) if each.activation_id == activation_id],
            events=timeline.about(session, who, ("activation", activation_id)),
            edited=None if detail.row.ended_at else playbooks.edited(detail.playbook),
            undo_until=undoing.until(detail.row),
            together=strictest.of(session, detail.row),
            promises=promised.counted(session, activation_id, clock.now()),
            measured=crisis_figures.measured(
                session, activation_id if detail.row.is_rehearsal else None, clock.now()
            ),
            **answers.shell(session),
        )


@blueprint.post(_ONE + "/phase")
@security.needs("playbook.activate")
def move_phase(activation_id: int) -> AnyResponse:
    """Move to a phase: criteria ticked, or a reason why not."""
    form = posted(PhaseForm)
    move = activation_phases.PhaseMove(activation_id, form.phase, tuple(form.ticked), form.override_reason)
    with db.transaction() as session:
        activation_phases.move_phase(session, security.who(), move)
    return answers.created(f"/activations/{activation_id}")


@blueprint.post(_ONE + "/steps")
@security.needs("note.write")
def tick(activation_id: int) -> AnyResponse:
    """Note that a line of the checklist was done."""
    form = posted(StepForm)
    with db.transaction() as session:
        activation_phases.tick(session, security.who(), activation_id, form.step)
    return answers.created(f"/activations/{activation_id}")


@blueprint.post(_ONE + "/roles")
@security.needs("playbook.activate")
def assign_role(activation_id: int) -> AnyResponse:
    """Say who wears a hat, and who stands in."""
    form = posted(RoleForm)
    given = activation_phases.RoleGiven(form.role, form.agent_id, form.deputy_id)
    with db.transaction() as session:
        activation_phases.assign_role(session, security.who(), activation_id, given)
    return answers.created(f"/activations/{activation_id}")


@blueprint.post(_ONE + "/next-update")
@security.needs("playbook.activate")
def next_update(activation_id: int) -> AnyResponse:
    """Promise when the next public update comes."""
    form = posted(NextUpdateForm)
    at = clock.now() + timedelta(minutes=form.minutes) if form.minutes else form.at
    if at is None:
        raise Misshapen("Say in how many minutes, or at which moment.", ("minutes: please fill this in.",))
    with db.transaction() as session:
        promises.set_next_update(session, security.who(), activation_id, at)
    return answers.created(f"/activations/{activation_id}")
