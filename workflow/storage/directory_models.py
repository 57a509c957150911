"""The tables of the directory: units, people, posts, roles, and who stands in for whom."""

from datetime import date, datetime

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from workflow.storage.columns import Codes, Instant

ONE_OF_THREE = text("role IN ('system_admin', 'security_admin', 'audit_admin') AND valid_to IS NULL")
UNDECIDED = text("decision IS NULL")


class Unit(SQLModel, table=True):
    """A unit in the tree of units, with the days it exists; a standing group has its legal `owner`."""

    __tablename__ = "units"
    code: str = Field(primary_key=True, max_length=32)
    parent: str | None = Field(default=None, index=True, max_length=32)
    name: str = Field(index=True, max_length=128)
    short_name: str | None = Field(default=None, max_length=64)
    kind: str | None = Field(default=None, max_length=32)
    head_name: str | None = Field(default=None, max_length=64)
    head_post: str | None = Field(default=None, max_length=64)
    liaison_name: str | None = Field(default=None, max_length=64)
    liaison_post: str | None = Field(default=None, max_length=64)
    phone: str | None = Field(default=None, max_length=64)
    email: str | None = Field(default=None, max_length=254)
    remark: str | None = Field(default=None, sa_type=Text)
    valid_from: date | None = None
    valid_to: date | None = None
    owner: str | None = Field(default=None, max_length=32)


class UnitSuccession(SQLModel, table=True):
    """Which units go on with the work of one that was merged or split (机构改革), and from which day.

    One that was renamed goes on as itself; of several renamings the last stands here.
    """

    __tablename__ = "unit_successions"
    unit: str = Field(primary_key=True, max_length=32)
    successor: str = Field(primary_key=True, max_length=32)
    on: date
    basis: str = Field(sa_type=Text)


class UnitAlias(SQLModel, table=True):
    """Another name a unit goes by in old registers."""

    __tablename__ = "unit_aliases"
    alias: str = Field(primary_key=True, max_length=128)
    unit: str = Field(primary_key=True, max_length=32)


class UnitGroup(SQLModel, table=True):
    """A name that stands for several units, such as 各区市."""

    __tablename__ = "unit_groups"
    name: str = Field(primary_key=True, max_length=64)
    aliases: tuple[str, ...] = Field(default=(), sa_column=Column(Codes, nullable=False))
    members: tuple[str, ...] = Field(default=(), sa_column=Column(Codes, nullable=False))


class Person(SQLModel, table=True):
    """Somebody who may act or be written to."""

    __tablename__ = "people"
    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(index=True, max_length=64)
    phone: str | None = Field(default=None, max_length=64)
    email: str | None = Field(default=None, max_length=254)
    remark: str | None = Field(default=None, sa_type=Text)


class Post(SQLModel, table=True):
    """A post a person holds at a unit, with its days."""

    __tablename__ = "posts"
    person: str = Field(primary_key=True, max_length=32)
    unit: str = Field(primary_key=True, max_length=64)
    title: str | None = Field(default=None, max_length=64)
    valid_from: date | None = None
    valid_to: date | None = None


class RoleGrant(SQLModel, table=True):
    """A role a person holds; `unit` bounds a unit role to a subtree and is empty for office roles."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(
            "role_grants_one_of_three",
            "person",
            unique=True,
            sqlite_where=ONE_OF_THREE,
            postgresql_where=ONE_OF_THREE,
        ),
    )
    person: str = Field(primary_key=True, max_length=32)
    role: str = Field(primary_key=True, max_length=32)
    unit: str = Field(primary_key=True, max_length=32, default="")
    valid_from: date | None = None
    valid_to: date | None = None


class RoleRequest(SQLModel, table=True):
    """A role that is to be given to somebody or taken from him; without a `decision` it waits for one.

    Or what else gives sight: a unit that is to be moved under another, whose code is the `value`; a person
    whose name or code is to be confirmed, an address or a name that is to change (`AskedValues`), each with
    a `value` of no meaning that tells it from the next.
    """

    __tablename__ = "role_requests"
    __table_args__ = (
        Index(
            "role_requests_undecided",
            *("person", "role", "unit", "change", "value"),
            unique=True,
            sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
    )
    id: str = Field(primary_key=True, max_length=32)
    person: str = Field(max_length=32)
    role: str = Field(max_length=32)
    unit: str = Field(default="", max_length=32)
    change: str = Field(max_length=16)
    value: str = Field(default="", max_length=32)
    valid_from: date
    proposed_by: str = Field(max_length=32)
    proposed_at: datetime = Field(sa_type=Instant)
    decided_by: str | None = Field(default=None, max_length=32)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decision: str | None = Field(default=None, max_length=16)


class AskedValues(SQLModel, table=True):
    """What is to stand in the directory once a proposal is confirmed, and only until it is decided: of a
    person an address; of a unit an address, its head, or all the names it goes by.
    """

    __tablename__ = "asked_values"
    request: str = Field(primary_key=True, max_length=32)
    person: str | None = Field(default=None, max_length=32)
    unit: str | None = Field(default=None, max_length=32)
    name: str | None = Field(default=None, max_length=128)
    short_name: str | None = Field(default=None, max_length=64)
    aliases: tuple[str, ...] | None = Field(default=None, sa_column=Column(Codes, nullable=True))
    email: str | None = Field(default=None, max_length=254)
    head_name: str | None = Field(default=None, max_length=64)


class Deputy(SQLModel, table=True):
    """Who may act for whom in one role, from one day to another, both inclusive; `unit` as in the grant."""

    __tablename__ = "deputies"
    id: str = Field(primary_key=True, max_length=32)
    person: str = Field(index=True, max_length=32)
    deputy: str = Field(index=True, max_length=32)
    role: str = Field(max_length=32)
    unit: str = Field(default="", max_length=32)
    valid_from: date
    valid_to: date
    appointed_by: str = Field(max_length=32)
    revoked_on: date | None = None
