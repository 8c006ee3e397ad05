"""Reads the environment once into one frozen object; the README's table is made from it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting with its meaning; the variable's name is the field's name in capitals.

    Names that belong to Webcare alone start with WEBCARE_; the common ones (DATABASE_URL,
    REDIS_URL, SLACK_BOT_TOKEN ...) keep the name that people expect.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    database_url: str | None = Field(
        None,
        description="PostgreSQL 15 or newer. Empty: an embedded PostgreSQL is started under WEBCARE_VAR.",
    )
    redis_url: str | None = Field(
        None,
        description="Redis 6.2 or newer, or Valkey. Empty: an embedded Valkey is started under WEBCARE_VAR.",
    )
    webcare_var: Path = Field(
        Path("var"), description="Folder for embedded engines, sockets and metrics files."
    )
    webcare_pg_bin: Path | None = Field(
        None, description="Folder with initdb and postgres, instead of the ones from the wheel."
    )
    webcare_pg_user: str = Field(
        "nobody", description="System account that runs the embedded PostgreSQL when Webcare runs as root."
    )
    webcare_playbooks: Path | None = Field(
        None, description="Folder with playbooks. Empty: the ones that ship."
    )
    webcare_host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    webcare_port: int = Field(8000, ge=0, le=65535, description="Port of the web server; 0 takes a free one.")
    webcare_threads: int = Field(
        64, ge=4, le=1024, description="Threads per web process; each open desk holds one."
    )
    webcare_streams: int = Field(
        48, ge=1, le=1000, description="Live desks per web process before browsers are told to poll instead."
    )
    public_url: str = Field(
        "",
        description="Where people reach the desk, as https://webcare.example.org. Empty: host and port.",
    )
    webcare_mail_host: str = Field("127.0.0.1", description="Address that the mail listener listens on.")
    webcare_mail_port: int = Field(
        8025, ge=-1, le=65535, description="Port of the SMTP listener; 0 takes a free one, -1 starts none."
    )
    webcare_lmtp_socket: Path | None = Field(
        None, description="Unix socket for LMTP delivery by your mail server."
    )
    smtp_host: str = Field(
        "", description="Mail server that outgoing mail goes to. Empty: e-mail replies wait, and say so."
    )
    smtp_port: int = Field(25, ge=1, le=65535, description="Port of that mail server.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the connection is protected."
    )
    smtp_username: str = Field("", description="Name to sign in to that mail server with, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="Password that goes with SMTP_USERNAME.")
    slack_bot_token: SecretStr | None = Field(
        None, description="Bot token (xoxb-...). Empty: alerts stand on the desk and nothing goes to Slack."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Base address of Slack's API; tests point it to a stand-in."
    )
    webcare_slack_crisis: str = Field(
        "#crisis", description="Slack channel for activations, phases and updates."
    )
    webcare_slack_duty: str = Field("#crisis-duty", description="Slack channel that U0 alerts go to.")
    webcare_slack_urgent: str = Field(
        "#webcare-urgent", description="Slack channel for U1 messages that nobody claimed."
    )
    webcare_slack_facts: str = Field("#facts", description="Slack channel for facts that expire.")
    webcare_slack_news: str = Field(
        "#company-news", description="Slack channel that hears which playbook came into force."
    )
    webcare_slack_volunteers: str = Field(
        "#volunteers", description="Slack channel that calls for people when a shift lacks them."
    )
    webcare_slack_security: str = Field("#security", description="Slack channel for impersonators.")
    webcare_slack_press: str = Field(
        "#press", description="Slack channel of the press office, when nobody holds that role in a crisis."
    )
    webcare_press_contact: str = Field(
        "", description="Name, telephone and mail of the press office, shown where a journalist writes."
    )
    webcare_claim_minutes: int = Field(
        20, ge=1, le=480, description="Minutes without a sign of life after which a claim ends."
    )
    webcare_max_body: int = Field(1_048_576, ge=1024, description="Largest webhook body in bytes.")
    webcare_max_mail: int = Field(26_214_400, ge=1024, description="Largest e-mail in bytes.")
    webcare_metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics. Empty: only signed-in admins may read it."
    )
    webcare_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )
    webcare_trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded headers are believed."
    )

    @property
    def base_url(self) -> str:
        """Return the address of the desk without a closing slash."""
        return (self.public_url or f"http://{self.webcare_host}:{self.webcare_port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Return whether people reach the desk over TLS; then cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")


@lru_cache(maxsize=1)
def get() -> Settings:
    """Return the settings of this process; raise pydantic's ValidationError when one is wrong."""
    return Settings()
