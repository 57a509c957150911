"""The settings that shape conduct, in the office's journal: what a process works with, where it differs.

Every setting is told by its name in the environment, without a password: of one the journal has a code made
with the installation's key, which shows that it changed and no more.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from workflow.secret import Secret
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.replay import readable
from workflow.settings import Settings
from workflow.storage import journal
from workflow.storage.session import reading, transaction

CHANGED = "configuration_changed"
CODE_LENGTH = 16
DOMAIN = b"duban/setting/1\x00"
UNREADABLE = "写法无法识别"
Told = dict[str, str]
"""Settings by name, each as a text; one that is not set is left out."""


def tell(office: Office, *, by: Signature) -> None:
    """Enter where the settings of this process differ from those told last; nothing where they do not."""
    with reading(office.engine) as tx:
        if not _changes(tx, office):
            return
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        batch.open_journal()  # another process may be telling the same
        tell_in(batch)
        batch.flush()


def tell_in(batch: Batch) -> None:
    """The same within a transaction the caller owns."""
    changes = _changes(batch.tx, batch.office)
    if changes:
        batch.note(Act(CHANGED, batch.signature.recorded_at, details={"changes": changes}))


def effective(settings: Settings, secret: Secret, former: Mapping[str, str] | None = None) -> Told:
    """The settings as the journal tells them; a password keeps its `former` code while it is the same."""
    told: Told = {}
    for name in sorted(type(settings).model_fields):
        value, password = _parted(name, getattr(settings, name))
        if value is not None:
            told[name] = value
        if password is not None:
            key = f"{name}_password"
            told[key] = _code(password, secret, (former or {}).get(key, ""))
    return told


def _changes(tx: Connection, office: Office) -> dict[str, dict[str, str | None]]:
    former = _told_last(tx)
    now = effective(office.settings, office.secret, former)
    names = sorted(former.keys() | now.keys())
    return {
        name: {"from": former.get(name), "to": now.get(name)}
        for name in names
        if former.get(name) != now.get(name)
    }


def _told_last(tx: Connection) -> Told:
    """What the journal's entries come to, one over the other."""
    told: Told = {}
    for entry in readable(journal.entries_of_kind(tx, CHANGED)):
        for name, change in (entry.details.model_extra or {})["changes"].items():
            told.pop(name, None)
            told |= {} if change["to"] is None else {name: change["to"]}
    return told


def _parted(name: str, value: Any) -> tuple[str | None, str | None]:
    """A setting as a text, and the password in it."""
    if value is None:
        return None, None
    if isinstance(value, SecretStr):
        return None, value.get_secret_value()
    if isinstance(value, dict):
        secrets = [one.get_secret_value() for one in value.values()]
        return ",".join(value) or None, "\n".join(secrets) or None
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or None, None
    if isinstance(value, float):
        return f"{value:g}", None
    return _url_parted(str(value)) if name.endswith("_url") else (str(value), None)


def _url_parted(written: str) -> tuple[str, str | None]:
    """Where a password stands, or may stand, nothing of it is told: also not of an address past reading."""
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        return UNREADABLE, written
    named = {name: value for name, value in url.query.items() if "password" in name.lower()}
    if url.password is None and not named:
        return written, None
    shown = url.update_query_dict(dict.fromkeys(named, "***"))
    return shown.render_as_string(hide_password=True), f"{url.password}{named or ''}"


def _code(password: str, secret: Secret, former: str) -> str:
    """`key:code`; by the key of the former code while that is held, so that a new key changes nothing."""
    key = secret.find(former.partition(":")[0]) or secret.newest
    made = hmac.digest(key.value, DOMAIN + password.encode(), "sha256").hex()
    return f"{key.id}:{made[:CODE_LENGTH]}"
