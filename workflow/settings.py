"""The installation's settings: one typed object, read once at the door.

Sources, strongest first: environment (`DUBAN_…`), a `.env` file, `duban.toml` in the working directory. Below
the doors nothing reads the environment; the object is handed in.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from workflow.errors import ConfigurationError


class Settings(BaseSettings):
    """Every setting with its default. Names are those of the environment without `DUBAN_`."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", env_file=".env", toml_file="duban.toml", frozen=True, extra="ignore"
    )

    database_url: str = "sqlite:///duban.db"
    secret_file: Path = Path("duban.secret")
    files: Path = Path("duban-files")
    fonts: Path | None = None
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
    office_name: str | None = None
    office_code: str | None = None
    office_phone: str | None = None
    organization_name: str | None = None
    organization_code: str | None = None

    @field_validator("mail_allow", mode="before")
    @classmethod
    def _domains(cls, value: object) -> object:
        """`a.example, b.example` as a tuple; empty sends nowhere, `*` everywhere."""
        if isinstance(value, str):
            return tuple(domain.strip().lower() for domain in value.split(",") if domain.strip())
        return value

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
    """The settings of this process. Raises `ConfigurationError` naming the setting that cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "DUBAN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(
            f"设置{name}有误：{first['msg']}。", code="setting_invalid", setting=name
        ) from error
