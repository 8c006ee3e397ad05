"""Knows who is asking and what they may do; every route is closed unless it says otherwise."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import db
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, WebcareError
from webcare.services import sign_ins
from webcare.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

# Every endpoint that a stranger may use, with the reason why.
# Answers that are the same for everybody; they say themselves how long they may be kept.
CACHED = frozenset({"static", "status.show", "status.as_json"})
OPEN: dict[str, str] = {
    "static": "style sheets, scripts and icons hold nothing secret",
    "home.healthz": "a load balancer asks whether the process lives; the answer is one word",
    "home.readyz": "a load balancer asks whether the database answers; the answer is one word",
    "home.metrics": "Prometheus has no sign-in; the view checks its token, or the right of an admin",
    "setup.show": "there is no agent yet; the one-time token from the command line is the key",
    "setup.create": "there is no agent yet; the one-time token from the command line is the key",
    "sign_in.show": "this is where strangers become agents",
    "sign_in.create": "this is where strangers become agents",
    "sign_in.link": "a one-time sign-in link; looking at it uses nothing up",
    "sign_in.use_link": "a one-time sign-in link; the token is the key",
    "sign_in.invited": "an invited agent has no password yet; looking at the link uses nothing up",
    "sign_in.accept": "an invited agent has no password yet; the token is the key",
    "status.show": "everybody may read what was published in a crisis",
    "status.as_json": "everybody may read what was published in a crisis",
    "volunteers.show": "a one-time join link; the token is the key",
    "volunteers.join": "a one-time join link; the token is the key",
    "forms.show": "contacts write to us here and have no account",
    "forms.create": "contacts write to us here and have no account",
}

SESSION_S = 12 * 3600
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotSignedIn(WebcareError):
    """Nobody is signed in, or the sign-in is over."""

    status = 401


class Forged(WebcareError):
    """A form came from another site, or from before the last sign-in."""

    status = 400


def needs(right: str) -> Callable[[View], View]:
    """Declare that a view may only be used by a signed-in agent whose role holds `right`."""

    def mark(view: View) -> View:
        view.needs = right  # type: ignore[attr-defined]
        return view

    return mark


def needed(app: Flask, endpoint: str) -> str | None:
    """Return the right that `endpoint` asks for, or None when it declares none."""
    found: str | None = getattr(app.view_functions.get(endpoint), "needs", None)
    return found


def who() -> Who:
    """Return the agent who asks; only for views that declared what they need."""
    found: Who | None = g.get("who")
    if found is None:
        raise NotSignedIn("Please sign in.")
    return found


def somebody() -> Who | None:
    """Return the agent who asks on an open route, or None for a stranger."""
    return _load() if "who" not in g else g.who


def settings() -> Settings:
    """Return the settings that this app was made with."""
    found: Settings = current_app.config["WEBCARE"]
    return found


def cookie_name(of: Settings) -> str:
    """Return the cookie's name; over TLS the `__Host-` prefix ties it to this host and to Secure."""
    return "__Host-webcare" if of.is_https else "webcare"


def nonce() -> str:
    """Return this response's nonce for scripts and styles."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    made: str = g.nonce
    return made


def csrf() -> str:
    """Return the token that forms of this sign-in carry; empty for strangers."""
    token = request.cookies.get(cookie_name(settings()), "")
    return hashlib.sha256(b"form:" + token.encode()).hexdigest() if token else ""


def remember(answer: AnyResponse, token: str) -> AnyResponse:
    """Put a fresh sign-in into the browser; a token from before is ended by the caller."""
    answer.set_cookie(
        cookie_name(settings()),
        token,
        max_age=SESSION_S,
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def forget(answer: AnyResponse) -> AnyResponse:
    """Take the sign-in out of the browser, with everything that was kept for this site."""
    answer.delete_cookie(
        cookie_name(settings()), path="/", secure=settings().is_https, httponly=True, samesite="Lax"
    )
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def present_token() -> str | None:
    """Return the raw token of this browser's sign-in, if any."""
    return request.cookies.get(cookie_name(settings())) or None


def guard() -> AnyResponse | None:
    """Stand before every request: closed by default, then sign-in, then right, then forgery."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    right = needed(current_app, endpoint)
    if right is None and endpoint not in OPEN:
        raise NotAllowed(f"The route {endpoint!r} says nothing about who may use it, so nobody may.")
    is_changing = request.method not in SAFE
    if is_changing:
        _refuse_other_sites()
    if right is None:
        return None
    if _load() is None:
        return _ask_to_sign_in()
    if not who().may(right):
        raise NotAllowed(f"Your role ({who().role}) may not do this; it needs the right {right!r}.")
    if is_changing:
        _refuse_wrong_token()
    return None


def _load() -> Who | None:
    token = present_token()
    g.who = None
    if token:
        with db.transaction() as session:
            g.who = sign_ins.by_token(session, token)
    found: Who | None = g.who
    return found


def _ask_to_sign_in() -> AnyResponse:
    kinds = ["text/html", "application/json", "text/event-stream"]
    best = request.accept_mimetypes.best_match(kinds, default="text/html")
    wants_page = request.method == "GET" and best == "text/html"
    if not wants_page:
        raise NotSignedIn("You are not signed in, or the sign-in is over. Please sign in.")
    if request.headers.get("HX-Request"):
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = "/sign-in"
        return answer
    query = request.query_string.decode("latin-1")
    _keep_place(request.path + (f"?{query}" if query else ""))
    return redirect("/sign-in")


def _keep_place(path: str) -> None:
    g.place = path


def next_place() -> str:
    """Return the page that a stranger asked for before signing in, if it is one of ours."""
    kept = request.cookies.get("webcare_place", "")
    is_ours = kept.startswith("/") and not kept.startswith(("//", "/\\", "/sign-"))
    return kept if is_ours and "\\" not in kept else "/"


def _refuse_other_sites() -> None:
    # Browsers send both on every form post; a program without them has no cookie to borrow.
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none"):
        raise Forged("This form was sent from another site, so nothing was done.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in _own_hosts():
        raise Forged("This form was sent from another site, so nothing was done.")


def _own_hosts() -> set[str]:
    return {request.host, urlsplit(settings().base_url).netloc}


def _refuse_wrong_token() -> None:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), csrf().encode()):
        raise Forged("This page is older than your sign-in. Nothing was done; reload it and try again.")


def harden(answer: Response) -> Response:
    """Add the headers that every answer carries."""
    head = answer.headers
    head.setdefault("Content-Security-Policy", _policy())
    head["X-Content-Type-Options"] = "nosniff"
    # With no-referrer Chromium sends `Origin: null` from our own forms; other sites get nothing either way.
    head["Referrer-Policy"] = "same-origin"
    head["X-Frame-Options"] = "DENY"
    head["Cross-Origin-Opener-Policy"] = "same-origin"
    head["Cross-Origin-Resource-Policy"] = "same-origin"
    head["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    if settings().is_https:
        head["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint not in CACHED:
        head["Cache-Control"] = "no-store"
        head["Vary"] = "Accept, Cookie, HX-Request"
    if "place" in g:
        answer.set_cookie(
            "webcare_place",
            g.place,
            max_age=600,
            httponly=True,
            samesite="Lax",
            secure=settings().is_https,
        )
    return answer


def _policy() -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self' 'nonce-{nonce()}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
