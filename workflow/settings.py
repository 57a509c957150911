"""The installation's settings: one typed object, read once at the door.

Sources, strongest first: environment (`DUBAN_…`), a `.env` file, `duban.toml` in the working directory. Below
the doors nothing reads the environment; the object is handed in.
"""

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from states.validation import broken_at, complaint, place
from workflow.errors import ConfigurationError
from workflow.log_files import LONGEST_DAYS, SHORTEST_DAYS

SERIES_BOUND = 16
REASONS = {"DUBAN_LOG_DAYS": f"（网络日志依法留存不少于六个月，至少{SHORTEST_DAYS}天）"}
"""Why a setting has its bounds, where that is no matter of taste."""
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
    sweep_seconds: int = Field(60, ge=1, le=86_400)
    mail_seconds: float = Field(5, ge=0.2, le=3_600)
    lease_seconds: int = Field(900, ge=5, le=86_400)
    checkpoint_dir: Path | None = None
    checkpoint_seconds: int = Field(600, ge=1, le=86_400)
    checkpoint_entries: int = Field(500, ge=1, le=1_000_000)
    checkpoint_mail: Literal["all", "daily"] = "all"
    tsa_url: str | None = Field(None, pattern=r"^https?://", max_length=2_000)
    tsa_certificate: Path | None = None
    auditor_mail: str | None = Field(None, max_length=254)
    log_file: Path | None = None
    log_days: int = Field(200, ge=SHORTEST_DAYS, le=LONGEST_DAYS)
    office_name: str | None = None
    office_code: str | None = Field(None, max_length=SERIES_BOUND)
    office_phone: str | None = None
    organization_name: str | None = None
    organization_code: str | None = Field(None, max_length=SERIES_BOUND)

    @field_validator("mail_allow", mode="before")
    @classmethod
    def _domains(cls, value: object) -> object:
        """`a.example, b.example` as a tuple; empty sends nowhere, `*` everywhere."""
        if isinstance(value, str):
            return tuple(domain.strip().lower() for domain in value.split(",") if domain.strip())
        return value

    @field_validator(
        "checkpoint_dir", "auditor_mail", "log_file", "tsa_url", "tsa_certificate", mode="before"
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
    except TOMLDecodeError as error:
        raise _unreadable(f"{TOML}{broken_at(error)}写法有误，请按TOML格式改正") from error
    except UnicodeDecodeError as error:
        raise _unreadable(f"{DOTENV}或{TOML}不是UTF-8文本，请另存为UTF-8") from error
    except OSError as error:
        raise _unreadable(f"{error.filename or TOML}无法读取，请核对它是文件且有读取权限") from error


def _unreadable(what: str) -> ConfigurationError:
    return ConfigurationError(f"设置文件{what}。", code="settings_unreadable")
