"""The tables of accounts: how people sign in, their sessions, what is held against guessing; and forms.

Neither a password nor a token ever stands here: hashes of both do, and the secret of a second factor sealed.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Codes, Instant

OF_A_PERSON = text("revoked_at IS NULL AND unit = ''")
OF_A_UNIT = text("revoked_at IS NULL AND unit <> ''")


class Account(SQLModel, table=True):
    """How a person signs in; without a password until he has used his invitation.

    `former` are hashes of the passwords he had before, the newest first; `profile` the rules his own was set
    under. `second_factor` is what his codes are made of, sealed, and `second_factor_step` the last one used;
    `offered_factor` one he has not confirmed yet. `external` is what the provider calls him,
    `offered_external` what it is to call him once that is admitted.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index("accounts_external", "external", unique=True),)
    person: str = Field(primary_key=True, max_length=32)
    login: str = Field(unique=True, max_length=64)
    password: str | None = Field(default=None, max_length=256)
    password_at: datetime | None = Field(default=None, sa_type=Instant)
    profile: str | None = Field(default=None, max_length=16)
    former: tuple[str, ...] = Field(default=(), sa_column=Column(Codes, nullable=False))
    second_factor: str | None = Field(default=None, sa_type=Text)
    second_factor_step: int | None = Field(default=None, sa_type=BigInteger)
    offered_factor: str | None = Field(default=None, sa_type=Text)
    made_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    external: str | None = Field(default=None, max_length=255)
    offered_external: str | None = Field(default=None, max_length=255)
    offered_by: str | None = Field(default=None, max_length=32)
    offered_at: datetime | None = Field(default=None, sa_type=Instant)


class Invitation(SQLModel, table=True):
    """A token by which somebody sets his password, once; its id is the token's hash.

    `purpose` says what it was made for, `second_factor` whether his second factor goes with his password.
    `code` is a keyed hash of the code he was given when it was admitted.
    """

    __tablename__ = "invitations"
    id: str = Field(primary_key=True, max_length=64)
    person: str = Field(index=True, max_length=32)
    made_at: datetime = Field(sa_type=Instant)
    made_by: str = Field(max_length=32)
    until: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    purpose: str = Field(default="invited", max_length=16)
    second_factor: bool = False
    admitted_by: str | None = Field(default=None, max_length=32)
    admitted_at: datetime | None = Field(default=None, sa_type=Instant)
    code: str | None = Field(default=None, max_length=128)
    wrong_codes: int = 0


class SignedSession(SQLModel, table=True):
    """A session; its id is the token's hash, `roles` a digest of the roles its person held at its start."""

    __tablename__ = "sessions"
    id: str = Field(primary_key=True, max_length=64)
    person: str = Field(index=True, max_length=32)
    roles: str = Field(max_length=64)
    address: str = Field(max_length=64)
    agent: str = Field(max_length=200)
    by_provider: bool = False
    opened_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_for: str | None = Field(default=None, max_length=32)


class ApiToken(SQLModel, table=True):
    """A token of the interface; its secret is here as a hash alone, by which it is found.

    `person` is whose it is; of a machine's, which bears `machine`, who answers for it, and `units` are those
    it sees with all below them, every one where it is None. `waits` until it is confirmed. Whoever made it
    signed in `by_provider` owes nothing to his account. `shown` is its beginning, by which it is told.
    """

    __tablename__ = "api_tokens"
    id: str = Field(primary_key=True, max_length=32)
    digest: str = Field(unique=True, max_length=64)
    shown: str = Field(max_length=16)
    person: str = Field(index=True, max_length=32)
    machine: bool = False
    name: str = Field(max_length=64)
    scopes: tuple[str, ...] = Field(sa_column=Column(Codes, nullable=False))
    units: tuple[str, ...] | None = Field(default=None, sa_column=Column(Codes, nullable=True))
    by_provider: bool = False
    made_by: str = Field(max_length=32)
    made_at: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    waits: bool = False
    decided_by: str | None = Field(default=None, max_length=32)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_for: str | None = Field(default=None, max_length=32)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    seen_from: str | None = Field(default=None, max_length=64)


class Lockout(SQLModel, table=True):
    """Tries in a row on one account, or under a name there is none of, that did not prove right."""

    __tablename__ = "lockouts"
    subject: str = Field(primary_key=True, max_length=80)
    tries: int
    last_at: datetime = Field(sa_type=Instant)
    locked_until: datetime | None = Field(default=None, sa_type=Instant)


class Rate(SQLModel, table=True):
    """How often something was tried in a window that ends at `until`."""

    __tablename__ = "rates"
    key: str = Field(primary_key=True, max_length=128)
    tries: int
    until: datetime = Field(sa_type=Instant)


class DoneForm(SQLModel, table=True):
    """A form that was carried out, by the key it came with.

    Of what a program sent, `asked` is the hash, and `answer` what it was answered, once it was.
    """

    __tablename__ = "done_forms"
    key: str = Field(primary_key=True, max_length=64)
    person: str | None = Field(default=None, max_length=64)
    at: datetime = Field(sa_type=Instant, index=True)
    case_number: str | None = Field(default=None, max_length=64)
    command: str | None = Field(default=None, max_length=64)
    asked: str | None = Field(default=None, max_length=64)
    answer: str | None = Field(default=None, sa_type=Text)


class CalendarFeed(SQLModel, table=True):
    """A calendar at a secret address; its id is the hash of the secret.

    It tells what its `person` may see at the moment it is fetched: all of that, or of one `unit` and those
    below. A person has one that works, and so has a unit.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        Index("calendar_feeds_of_a_person", "person", unique=True,
              sqlite_where=OF_A_PERSON, postgresql_where=OF_A_PERSON),
        Index("calendar_feeds_of_a_unit", "unit", unique=True,
              sqlite_where=OF_A_UNIT, postgresql_where=OF_A_UNIT),
    )  # fmt: skip
    id: str = Field(primary_key=True, max_length=64)
    person: str = Field(max_length=32)
    unit: str = Field(default="", max_length=32)
    made_at: datetime = Field(sa_type=Instant)
    fetched_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
