"""The installation's settings: one typed object, read once at the door.

Sources, strongest first: environment (`DUBAN_…`), a `.env` file, `duban.toml` in the working directory. Below
the doors nothing reads the environment; the object is handed in.
"""

import re
from ipaddress import ip_network
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from states.validation import broken_at, complaint, place
from workflow.errors import ConfigurationError
from workflow.log_files import LONGEST_DAYS, SHORTEST_DAYS

SERIES_BOUND = 16
REASONS = {
    "DUBAN_SEAL_URL": "（文书和令牌不得明文传送，须以https://开头，本机除外）",
    "DUBAN_SCAN": "（如clamd:/run/clamav/clamd.ctl、clamd:127.0.0.1:3310或command:clamdscan -）",
    "DUBAN_OIDC_ISSUER": "（须以https://开头，本机除外）",
    "DUBAN_API_RATE": "（如600/minute，单位为second、minute或hour）",
    "DUBAN_LOG_DAYS": f"（网络日志依法留存不少于六个月，至少{SHORTEST_DAYS}天）",
}
"""Why a setting has its bounds, where that is no matter of taste."""
CHANNEL_NAME = r"^\w[\w .-]{0,31}$"
"""It stands in the outbox as the recipient."""
COPIED = ("assignment", "reminder", "inquiry", "supervision_order")
"""Papers of which other channels, where there are any, carry a copy."""
SAFE_URL = r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$))"
"""Whole papers and a token go there: not in the open, unless it is this machine."""
SCANNER = r"^(clamd:(/.+|\S+:\d{1,5})|command:\s*\S.*)$"
"""A socket, or host and port, of clamd; or a program that reads a file on its standard input."""
RATE = r"^[1-9]\d{0,6}/(second|minute|hour)$"
"""Requests in a span of time."""
DOTENV, TOML = ".env", "duban.toml"


class Settings(BaseSettings):
    """Every setting with its default. Names are those of the environment without `DUBAN_`."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", env_file=DOTENV, toml_file=TOML, frozen=True, extra="ignore"
    )

    database_url: str = "sqlite:///duban.db"
    secret_file: Path = Path("duban.secret")
    digest: Literal["sha256", "sm3"] = "sha256"
    files: Path = Path("duban-files")
    fonts: Path | None = Path("fonts")
    templates: Path | None = None
    policy: Path | None = None
    lifecycle: Path | None = None
    smtp_url: str | None = None
    mail_from: str = "duban@localhost"
    mail_allow: Annotated[tuple[str, ...], NoDecode] = ()
    public_url: str | None = None
    metrics_allow: Annotated[tuple[str, ...], NoDecode] = ()
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    proxies: Annotated[tuple[str, ...], NoDecode] = ()
    sweep_seconds: int = Field(60, ge=1, le=86_400)
    mail_seconds: float = Field(5, ge=0.2, le=3_600)
    dkim_key: Path | None = None
    dkim_selector: str | None = Field(None, max_length=63)
    channels: dict[Annotated[str, Field(pattern=CHANNEL_NAME)], SecretStr] = Field({}, max_length=20)
    channel_kinds: Annotated[tuple[str, ...], NoDecode] = COPIED
    channel_allow: Annotated[tuple[str, ...], NoDecode] = ()
    webhook_allow: Annotated[tuple[str, ...], NoDecode] = ()
    webhook_http: bool = False
    mail_bounces: str | None = Field(None, max_length=254)
    bounce_mailbox: SecretStr | None = None
    bounce_folder: str | None = Field(None, max_length=64)
    mail_connections: int = Field(2, ge=1, le=20)
    mail_per_domain: int = Field(2, ge=1, le=20)
    mail_per_minute: int = Field(300, ge=1, le=100_000)
    lease_seconds: int = Field(900, ge=5, le=86_400)
    checkpoint_dir: Path | None = None
    checkpoint_seconds: int = Field(600, ge=1, le=86_400)
    checkpoint_entries: int = Field(500, ge=1, le=1_000_000)
    checkpoint_mail: Literal["all", "daily"] = "all"
    tsa_url: str | None = Field(None, pattern=r"^https?://", max_length=2_000)
    tsa_certificate: Path | None = None
    auditor_mail: str | None = Field(None, max_length=254)
    seals: Path | None = None
    seal_password: SecretStr | None = None
    seal_url: str | None = Field(None, pattern=SAFE_URL, max_length=2_000)
    seal_token: SecretStr | None = None
    oidc_issuer: str | None = Field(None, pattern=SAFE_URL, max_length=2_000)
    oidc_client_id: str | None = Field(None, max_length=255)
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = Field("sub", min_length=1, max_length=64)
    passwords: Literal["modern", "djbh3"] = "modern"
    session_idle_minutes: int = Field(30, ge=5, le=1_440)
    session_hours: int = Field(12, ge=1, le=168)
    api_rate: str = Field("600/minute", pattern=RATE)
    intake_folder: Path | None = None
    intake_source: str = Field("文件交换", min_length=1, max_length=64)
    scan: str | None = Field(None, pattern=SCANNER, max_length=2_000)
    log_file: Path | None = None
    log_days: int = Field(200, ge=SHORTEST_DAYS, le=LONGEST_DAYS)
    office_name: str | None = None
    office_code: str | None = Field(None, max_length=SERIES_BOUND)
    office_phone: str | None = None
    organization_name: str | None = None
    organization_code: str | None = Field(None, max_length=SERIES_BOUND)

    @field_validator(
        "mail_allow",
        "metrics_allow",
        "hosts",
        "proxies",
        "channel_kinds",
        "channel_allow",
        "webhook_allow",
        mode="before",
    )
    @classmethod
    def _several(cls, value: object) -> object:
        """`a.example, b.example` as a tuple."""
        if isinstance(value, str):
            return tuple(domain.strip().lower() for domain in value.split(",") if domain.strip())
        return value

    @field_validator("channels")
    @classmethod
    def _not_the_mail(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if not {"mail", "webhook"}.isdisjoint(value):
            raise ValueError("通道不能叫mail或webhook，那是邮件和事件推送本身")
        return value

    @field_validator("metrics_allow", "proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError("应为地址或网段，如10.1.2.0/24，逗号分隔") from None
        return value

    @field_validator(
        "checkpoint_dir",
        "auditor_mail",
        "mail_bounces",
        "bounce_mailbox",
        "bounce_folder",
        "dkim_key",
        "dkim_selector",
        "intake_folder",
        "log_file",
        "scan",
        "tsa_url",
        "tsa_certificate",
        "seals",
        "seal_password",
        "seal_url",
        "seal_token",
        "templates",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_client_secret",
        mode="before",
    )
    @classmethod
    def _unset(cls, value: object) -> object:
        """An empty setting is none: an empty path would be the working directory."""
        return None if isinstance(value, str) and not value.strip() else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """The settings of this process. Raises `ConfigurationError` naming the setting or file at fault."""
    try:
        return Settings()
    except ValidationError as error:
        name = "DUBAN_" + place(error).upper()
        raise ConfigurationError(
            f"设置{name}有误：{complaint(error)}{REASONS.get(name, '')}。",
            code="setting_invalid",
            setting=name,
        ) from error
    except SettingsError as error:
        raise _no_json(error) from None  # its cause repeats the value, which may hold a key
    except TOMLDecodeError as error:
        raise _unreadable(f"{TOML}{broken_at(error)}写法有误，请按TOML格式改正") from error
    except UnicodeDecodeError as error:
        raise _unreadable(f"{DOTENV}或{TOML}不是UTF-8文本，请另存为UTF-8") from error
    except OSError as error:
        raise _unreadable(f"{error.filename or TOML}无法读取，请核对它是文件且有读取权限") from error


def _no_json(error: SettingsError) -> ConfigurationError:
    """A setting that is to be a JSON object and is none."""
    named = re.search(r'field "(\w+)"', str(error))
    name = "DUBAN_" + (named[1].upper() if named else "?")
    message = f'设置{name}有误：应为JSON，如{{"督查工作群": "wecombot://KEY"}}。'
    return ConfigurationError(message, code="setting_invalid", setting=name)


def _unreadable(what: str) -> ConfigurationError:
    return ConfigurationError(f"设置文件{what}。", code="settings_unreadable")
