"""The installation as services see it: database, settings, key, and the rules in force.

Rules and calendars never change under their hash or version, so each is parsed once a process.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Row

from states import lifecycle as lifecycles
from states import policy as policies
from states.calendar import WorkCalendar, from_document
from states.clocks import Clock
from states.errors import RuleInvalid
from states.lifecycle import Lifecycle
from states.policy import Policy
from workflow.errors import ConfigurationError, NotFound
from workflow.secret import Secret, read_secret
from workflow.services.accounts.hashing import STRONG, Hasher
from workflow.settings import Settings
from workflow.storage import migrations, roles, rules
from workflow.storage.look import Look
from workflow.storage.session import is_there, one_look, open_engine, reading

CALENDARS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote an entry, through which door, and when it was written. `person` None is the machine.

    `run` names the run of a scheduled act, so that everything one run did can be found together. With the
    door's `clock` each transaction is dated when it begins, however long ago the run began. `form` is the key
    of the form it is signed on, at most 64 characters: what is done on one form is done once. `asked` is the
    hash of what was asked for on it, where that is held against what comes under the same key later. `token`
    is the id of the interface's token it was signed with, `machine` what the integration is called that bore
    it.
    """

    person: str | None
    door: str
    recorded_at: datetime
    account: str | None = None
    run: str | None = None
    clock: Callable[[], datetime] | None = field(default=None, compare=False)
    form: str | None = None
    asked: str | None = None
    token: str | None = None
    machine: str | None = None

    def dated(self) -> "Signature":
        """The same hand, dated now where it has a clock. Never earlier than before."""
        if self.clock is None:
            return self
        return replace(self, recorded_at=max(self.recorded_at, self.clock()))


@dataclass(frozen=True)
class Office:
    """Everything a service needs besides its arguments."""

    engine: Engine
    settings: Settings
    secret: Secret
    hasher: Hasher = STRONG
    _lifecycles: dict[str, Lifecycle] = field(default_factory=dict)
    _policies: dict[str, Policy] = field(default_factory=dict)
    _calendars: dict[str, WorkCalendar] = field(default_factory=dict)

    def one_look(self) -> AbstractContextManager[Look]:
        """One consistent read for everything a page of many parts asks of services within.

        What is written meanwhile, even from within, is not seen.
        """
        return one_look(self.engine)

    def lifecycle(self, tx: Connection, digest: str | None = None) -> Lifecycle:
        """The lifecycle with this hash, or the one in force."""
        key, source = self._rule(tx, "lifecycle", digest)
        if key not in self._lifecycles:
            self._lifecycles[key] = lifecycles.parse(source)
        return self._lifecycles[key]

    def every_lifecycle(self, tx: Connection) -> list[Lifecycle]:
        """The lifecycles that were ever in force: a case stays under the one it was opened under."""
        return [self.lifecycle(tx, digest) for digest in rules.rule_digests(tx, "lifecycle")]

    def policy(self, tx: Connection, digest: str | None = None) -> Policy:
        """The policy with this hash, or the one in force."""
        key, source = self._rule(tx, "policy", digest)
        if key not in self._policies:
            self._policies[key] = policies.read_kept(source)
        return self._policies[key]

    def calendar(self, tx: Connection, version: str | None = None) -> WorkCalendar:
        """The working calendar of this version, or the one in force.

        Which one is in force is asked every time, since another process may have loaded a notice. Raises
        `NotFound` (`calendar_unknown`), `RuleInvalid` (`calendar_changed`) for one that was changed.
        """
        name = version or rules.calendar_in_force(tx)
        if name is None:
            raise ConfigurationError("没有工作日历，请维护人员先初始化。", code="calendar_missing")
        if name not in self._calendars:
            self._calendars[name] = _calendar(tx, name)
        return self._calendars[name]

    def calendars_of(self, tx: Connection, clocks: Iterable[Clock]) -> dict[str, WorkCalendar]:
        """The calendars these clocks were counted by, by version; those that are not kept are left out."""
        named = {clock.calendar for clock in clocks}
        kept = named & set(rules.calendar_versions(tx)) if named - self._calendars.keys() else named
        return {version: self.calendar(tx, version) for version in sorted(kept)}

    def _rule(self, tx: Connection, kind: str, digest: str | None) -> tuple[str, str]:
        known = self._lifecycles if kind == "lifecycle" else self._policies
        wanted = digest or rules.digest_in_force(tx, kind)
        if wanted is not None and wanted in known:
            return wanted, ""
        row = None if wanted is None else rules.rule(tx, wanted)
        if row is None:
            raise ConfigurationError("没有可用的规则，请维护人员先初始化。", code=f"{kind}_missing")
        return str(row.digest), str(row.source)


def read_calendar(row: Row[Any]) -> WorkCalendar:
    """The calendar of a stored row. Raises `RuleInvalid` (`calendar_changed`) for one not as loaded."""
    if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
        message = f"日历{row.version}的内容与载入时不符，可能被改动；请维护人员核查，并从备份恢复。"
        raise RuleInvalid(message, code="calendar_changed", calendar=row.version)
    return _written(row.content, row.version)


@lru_cache(CALENDARS_KEPT)
def _written(content: str, version: str) -> WorkCalendar:
    return from_document(json.loads(content), version)


def open_office(settings: Settings) -> Office:
    """The installation these settings describe.

    Raises `ConfigurationError` when the database was never migrated, is behind, or the key is missing; an
    auditor whose role of the database can only read needs none.
    """
    if not is_there(settings.database_url):
        raise _not_migrated()
    engine = open_engine(settings.database_url)
    try:
        secret = _secret(engine, settings)
        _check_version(engine)
    except BaseException:
        engine.dispose()
        raise
    return Office(engine, settings, secret)


def _secret(engine: Engine, settings: Settings) -> Secret:
    try:
        return read_secret(settings.secret_file)
    except ConfigurationError as refused:
        if refused.code != "secret_missing" or may_write(engine):
            raise
        return Secret(settings.secret_file, {})


def may_write(engine: Engine) -> bool:
    """Whether whoever is connected may write history; on SQLite whoever may open the file."""
    with reading(engine) as tx:
        return roles.may_write(tx)


def _check_version(engine: Engine) -> None:
    if migrations.current(engine) != migrations.newest():
        raise _not_migrated()


def _not_migrated() -> ConfigurationError:
    return ConfigurationError("数据库尚未初始化或版本不符，请维护人员先初始化或升级。", code="schema_version")


def _calendar(tx: Connection, version: str) -> WorkCalendar:
    row = rules.calendar_version(tx, version)
    if row is None:
        message = f"没有版本为“{version[:64]}”的日历，请核对版本。"
        raise NotFound(message, code="calendar_unknown", calendar=version[:64])
    return read_calendar(row)
