"""Setting an installation up: key, folders, schema, rules and base calendar. Safe to repeat."""

from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, insert

from states import lifecycle as lifecycles
from states import policy as policies
from states.calendar import as_document, digest
from states.history import GENESIS
from states.lifecycle import Lifecycle
from states.office_time import office_day
from states.policy import Policy
from workflow.calendars import base_calendar, base_source
from workflow.digests import check_available
from workflow.errors import ConfigurationError
from workflow.secret import make_secret, read_secret
from workflow.services import (
    calendars,
    checkpoint_files,
    configuration,
    database_roles,
    directory_record,
    evidence,
    holds,
    signing_keys,
)
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature, may_write
from workflow.services.relighting import relight
from workflow.services.sealing import seal_all
from workflow.settings import Settings
from workflow.signing import SigningKey, make_signing_key
from workflow.storage import migrations, queries, relit, rules
from workflow.storage.models import Case, RuleVersion
from workflow.storage.session import open_engine, stand_in_line, transaction

STANDARD = "standard.toml"
KEYS_ROTATE = "0007"
Rules = tuple[tuple[str, Lifecycle | Policy, str], ...]


def install(settings: Settings, *, by: Signature, with_roles: bool = False) -> Office:
    """Make what is missing and bring the schema up to date; returns the installation ready for work.

    `with_roles`: the database is parted among roles of its own, and raises as `database_roles.separate`.
    Raises `ConfigurationError` or `RuleInvalid` when a setting, a rule file or the database cannot be used.
    """
    rules = rules_of(settings)  # a faulty one is refused before anything is made
    check_available(settings.digest)
    _check_may_write(settings)
    make_secret(settings.secret_file)
    signing = make_signing_key(settings.secret_file)
    _make_folder(settings.files)
    checkpoint_files.make_folder(settings.checkpoint_dir)
    office = Office(open_engine(settings.database_url), settings, read_secret(settings.secret_file))
    try:
        _set_up(office, by, rules, signing)
        if with_roles:
            _part(office, by)
    except BaseException:
        office.engine.dispose()
        raise
    return office


def _check_may_write(settings: Settings) -> None:
    """A login that only reads leaves nothing on its own machine either, least of all a key."""
    engine = open_engine(settings.database_url)
    if engine.dialect.name != "postgresql":
        return  # to look would make the file
    try:
        is_allowed = may_write(engine)
    finally:
        engine.dispose()
    if not is_allowed:
        raise ConfigurationError(
            "当前的数据库角色只能查阅、核验、导出，不能初始化或升级，未写出任何文件；"
            "请核对DUBAN_DATABASE_URL中的登录角色。",
            code="database_not_permitted",
        )


def _set_up(office: Office, by: Signature, rules: Rules, signing: list[SigningKey]) -> None:
    migrations.upgrade(
        office.engine,
        key_id=office.secret.newest.id,
        then=lambda tx, former: _take_over(tx, office, by, former),
    )
    with transaction(office.engine) as tx:
        stand_in_line(tx)
        if queries.journal(tx) is None:
            tx.execute(insert(queries.JOURNAL).values(id=0, seq=0, head=GENESIS))
        evidence.begin(tx, office)
        batch = Batch(tx, office, by)
        for kind, value, source in rules:
            _activate(batch, kind, value, source)
        _keep_calendar(batch)
        signing_keys.announce(batch, signing)
        configuration.tell_in(batch)
        batch.flush()
        database_roles.renew(tx)
    relight(office, at=by.recorded_at)
    seal_all(office)


def _part(office: Office, by: Signature) -> None:
    with transaction(office.engine) as tx:
        stand_in_line(tx)
        batch = Batch(tx, office, by)
        database_roles.separate(batch)
        batch.flush()


def bring_up(tx: Connection, office: Office, by: Signature) -> None:
    """Bring a schema of an older release up to date, within a transaction that does more."""
    former = str(migrations.version(tx))
    if former != migrations.newest():
        migrations.bring_to(tx, key_id=office.secret.newest.id)
        _take_over(tx, office, by, former)


def _take_over(tx: Connection, office: Office, by: Signature, former: str) -> None:
    """What an older installation needs in the transaction that brings its schema up to date."""
    batch = Batch(tx, office, by)
    if former < KEYS_ROTATE:
        evidence.take_over(batch)
    was_installed = queries.journal(tx) is not None
    if was_installed and former < directory_record.DIRECTORY_IS_TOLD:
        directory_record.state_directory(batch)
    if queries.count_rows(tx, Case):
        _hold_upgraded(batch, former)
        relit.forget(tx)
    batch.flush()


def _hold_upgraded(batch: Batch, former: str) -> None:
    """The scheduled sweep waits until somebody has looked at what the upgrade made of the cases."""
    told = f"数据库由{former}版升级至{migrations.newest()}版；{holds.NEXT}"
    holds.hold(batch, holds.UPGRADE, told, former=former)


def lifecycle_of(settings: Settings) -> Lifecycle:
    """The lifecycle table the settings name, or the standard one."""
    return lifecycles.parse(_source(settings.lifecycle, STANDARD))


def rules_of(settings: Settings) -> Rules:
    """The rules the settings name, as kind, value and source.

    Raises `ConfigurationError` for a file that cannot be read, `RuleInvalid` for a faulty rule.
    """
    lifecycle = _source(settings.lifecycle, STANDARD)
    policy = _source(settings.policy, "default_policy.toml")
    return (
        ("lifecycle", lifecycles.parse(lifecycle), lifecycle),
        ("policy", policies.parse(policy), policy),
    )


def _activate(batch: Batch, kind: str, value: Lifecycle | Policy, source: str) -> None:
    """A rule already in force stays; a new one comes into force with an entry of its own."""
    in_force = rules.rule_in_force(batch.tx, kind)
    if in_force is not None and in_force.digest == value.digest:
        return
    at = batch.signature.recorded_at
    details = {"rule": kind, "name": value.name, "version": value.version, "digest": value.digest}
    details["source_sha256"] = sha256(source.encode()).hexdigest()
    row = {
        "digest": value.digest,
        "kind": kind,
        "name": value.name,
        "version": value.version,
        "source": source,
        "activated_at": at,
        "activated_by": SYSTEM,
    }
    queries.upsert(batch.tx, RuleVersion, [row])
    batch.note(Act("rule_activated", at, details=details))


def _keep_calendar(batch: Batch) -> None:
    """Keep the packaged calendar, unless one of the same content is kept already.

    A newer release of the program brings a newer one, which is in force only as long as the office has
    imported no notice itself; otherwise it is merely kept, to be compared with.
    """
    at = batch.signature.recorded_at
    calendar = base_calendar(at.year)
    known = {row.digest for row in rules.kept_calendars(batch.tx)}
    if digest(as_document(calendar)) not in known:
        calendars.keep(batch, calendar, at=at, source=base_source(), known_since=office_day(at))


def _source(chosen: Path | None, packaged: str) -> str:
    if chosen is None:
        return (files("states") / "tables" / packaged).read_text(encoding="utf-8")
    try:
        return chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"规则文件{chosen}无法读取，请核对路径和权限，并存为UTF-8文本。", code="rule_file_unreadable"
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"文件库{folder}无法建立，请核对DUBAN_FILES及上级文件夹权限。", code="files_unwritable"
        ) from error
