"""Wires the web application: settings, guard, views, answers to errors."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from webcare import security, views
from webcare.events_stream import Listener
from webcare.settings import Settings
from webcare.views import answers, converters, hooks, mishaps

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

A_YEAR_S = 31_536_000
# Per address and process: a person never gets there, a program that guesses or floods does.
SIGN_INS = "20 per minute"
FORMS = "10 per minute; 60 per hour"
# A contact form in full, and a reply with its facts; nothing here takes files.
MAX_FORM = 262_144


def create_app(settings: Settings) -> Flask:
    """Return the application for one process; nothing is opened before the first request."""
    app = Flask(__name__, static_folder="static", template_folder=None)
    app.config.update(
        WEBCARE=settings,
        MAX_CONTENT_LENGTH=max(settings.webcare_max_body, MAX_FORM),
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=200,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR_S,
    )
    converters.use(app)
    for blueprint in views.blueprints():
        app.register_blueprint(blueprint)
    app.before_request(security.guard)
    app.after_request(security.harden)
    _limit(app)
    mishaps.answer_all(app, answers.problem)
    listener = Listener(settings.database_url or "", settings.webcare_streams)
    app.extensions["listener"] = listener
    atexit.register(listener.close)
    app.wsgi_app = _doors(app.wsgi_app, settings)  # type: ignore[assignment,method-assign]
    return app


def _doors(desk: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Lead programs to the intake and browsers to the desk.

    Signed messages come in by the thousand and need neither sign-in nor headers for browsers; an
    application of their own halves what one of them costs.
    """
    intake = Flask("webcare.intake", static_folder=None, template_folder=None)
    converters.use(intake)
    intake.register_blueprint(hooks.blueprint)
    mishaps.answer_all(intake, hooks.refuse)
    programs = intake.wsgi_app

    def lead(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        if path == "/hooks" or path.startswith(hooks.ADDRESS):
            kept = hooks.at_the_door(environ, path)
            if kept is not None:
                start_response("202 ACCEPTED", _headers(kept))
                return [kept]
            # A whole answer leaves at once; an iterator would make the server come back for each piece.
            with closing(programs(environ, start_response)) as answer:  # type: ignore[type-var]
                return [b"".join(answer)]
        return desk(environ, start_response)

    hops = settings.webcare_trusted_proxies
    return ProxyFix(lead, x_for=hops, x_proto=hops, x_host=hops) if hops else lead


def _headers(answer: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", hooks.JSON), ("Content-Length", str(len(answer)))]


def _limit(app: Flask) -> None:
    # Counted in memory: the shared, exact count of guesses per account stands in the database.
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    for endpoint, how_many in (
        ("sign_in.create", SIGN_INS),
        ("sign_in.use_link", SIGN_INS),
        ("sign_in.accept", SIGN_INS),
        ("volunteers.join", SIGN_INS),
        ("setup.create", SIGN_INS),
        ("forms.create", FORMS),
    ):
        limited: Any = limiter.limit(how_many)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited
