"""Turns what queries and services return into a page, a fragment, JSON or a problem."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, rendering, security
from webcare.errors import Away, Refused, WebcareError
from webcare.queries import activations, approvals, desk, topics

# Shown once, on the page that makes them, and never in an answer made from rows.
SECRET_FIELDS = frozenset({"secrets", "password_hash", "token_sha256", "headers", "options"})


def wants_json() -> bool:
    """Return whether the asker is a program."""
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"], default="text/html"
    )
    return best != "text/html"


def is_fragment(target: str) -> bool:
    """Return whether htmx asks for the part of the page with id `target` only."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == target


def plain(value: Any) -> Any:
    """Return `value` as what JSON can say; secrets are left out by name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items() if key not in SECRET_FIELDS}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def as_json(body: Any, status: int = 200, kind: str = "application/json") -> Response:
    """Return `body` as JSON."""
    answer = make_response(json.dumps(plain(body), ensure_ascii=False, default=str), status)
    answer.headers["Content-Type"] = kind
    return answer


def html(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page or a fragment; adds what every template may use."""
    agent = security.somebody()
    text = rendering.render(
        template,
        **{
            "me": agent,
            "nonce": security.nonce(),
            "csrf": security.csrf(),
            "now": clock.now(),
            "path": request.path,
            **values,
        },
    )
    return make_response(text, status)


def created(where: str, body: Any = None, status: int = 201) -> AnyResponse:
    """Answer a change: programs get `body`, pages go to `where` (303, so that reload repeats nothing)."""
    if wants_json():
        return as_json({"ok": True} if body is None else body, status)
    if request.headers.get("HX-Request") == "true":
        answer: AnyResponse = make_response("", 204)
        answer.headers["HX-Trigger"] = json.dumps({"desk:go": {"where": where}})
        return answer
    return redirect(where, 303)


def problem(error: WebcareError) -> Response:
    """Return a refusal as a page with a sentence, or as application/problem+json."""
    reasons = error.reasons if isinstance(error, Refused) else ()
    if wants_json():
        body = {"type": "about:blank", "title": type(error).__name__, "status": error.status}
        return as_json(
            {**body, "detail": str(error), "reasons": list(reasons)},
            error.status,
            "application/problem+json",
        )
    is_part = request.headers.get("HX-Request") == "true"
    template = "layout/_problem.html" if is_part else "layout/problem.html"
    answer = plain_page(template, error.status, sentence=str(error), reasons=reasons)
    if is_part:
        answer.headers["HX-Retarget"] = "#notices"
        answer.headers["HX-Reswap"] = "innerHTML"
    if error.status == Away.status:
        answer.headers["Retry-After"] = "5"
    return answer


def plain_page(template: str, status: int, **values: Any) -> Response:
    """Return a page that never asks the database, because it may be the thing that is away."""
    text = rendering.render(
        template,
        **{
            "me": None,
            "nonce": security.nonce(),
            "csrf": security.csrf(),
            "now": clock.now(),
            "path": request.path,
            "status": status,
            **values,
        },
    )
    return make_response(text, status)


def shell(session: Any) -> dict[str, Any]:
    """Return what the frame around every signed-in page shows: what is active, and what is paused."""
    agent = security.somebody()
    return {
        "running": activations.running(session),
        "outbound": desk.outbound(session),
        "to_approve": approvals.count(session, agent) if agent else 0,
        "topic": topics.titled(session),
    }
