"""Gives view tests a desk: the application on the real database, the cast, and a browser per agent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Cast
from webcare import db, security, settings
from webcare.app import create_app
from webcare.domain.rights import Who
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes, sign_ins


@dataclass
class Browser:
    """One agent's browser: it holds the cookie and puts the form token in, as a page would."""

    client: FlaskClient
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def json(self, path: str) -> Any:
        """Ask for the JSON twin of a page."""
        return self.client.get(path, headers={"Accept": "application/json"}).json

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """Post a form with the token of this sign-in."""
        with self.client.application.test_request_context(headers={"Cookie": f"webcare={self.token}"}):
            made = security.csrf()
        return self.client.post(path, data={"csrf": made, **(data or {})}, headers=headers)

    def send(self, path: str, body: dict[str, Any]) -> TestResponse:
        """Post as a program does: JSON in, JSON out, the token in a header."""
        with self.client.application.test_request_context(headers={"Cookie": f"webcare={self.token}"}):
            made = security.csrf()
        return self.client.post(path, json=body, headers={"Accept": "application/json", "X-CSRF-Token": made})


@dataclass
class Desk:
    """The application with its cast."""

    app: Flask
    cast: Cast

    def stranger(self) -> FlaskClient:
        """Open a browser that nobody signed in."""
        return self.app.test_client()

    def browser(self, who: Who) -> Browser:
        """Open the browser of a signed-in agent."""
        with db.transaction() as session:
            token = sign_ins.begin(session, who.agent_id)
        client = self.app.test_client()
        client.set_cookie("webcare", token)
        return Browser(client, token)

    def conversation(self, team_id: int | None = None, **values: Any) -> int:
        """Lay an open conversation, of the own team unless said otherwise."""
        with db.transaction() as session:
            return factories.conversation(session, team_id or self.cast.team_id, **values).id

    def inbox(self, slug: str, channel: str, **values: Any) -> InboxRow:
        """Open an inbox."""
        with db.transaction() as session:
            new = inboxes.NewInbox(slug, slug.title(), channel, **values)
            return inboxes.create(session, None, new)


@pytest.fixture
def desk(clean_database: str, redis_url: str) -> Desk:
    with db.transaction() as session:
        people = factories.cast(session)
    return Desk(create_app(settings.get()), people)
