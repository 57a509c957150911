"""What a source's columns are: kept once somebody has said it of a file, offered at the source's next."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid, FactMissing
from states.register.mapping import signature
from workflow import particulars
from workflow.services.column_mappings import LONGEST, unknown
from workflow.services.import_room import correcting
from workflow.services.import_room.drafts import Draft, fetched
from workflow.services.office import Office, Signature
from workflow.storage import column_mappings
from workflow.storage.session import reading

MOST = 100


def say(
    office: Office, draft: str, fields: Mapping[int, str], name: str, *, by: Signature, at: datetime
) -> None:
    """Say which field stands in which column of a file on its way in, and keep that under the name of its
    source: both or neither.

    Raises `FactMissing` (`mapping_unnamed`), `FactInvalid` (`mapping_name_long`, `mappings_many`,
    `mapping_of_nothing`), `NotFound`, and as `set_columns`.
    """
    called = _called(name)

    def besides(tx: Connection) -> None:
        _keep(tx, draft, called, by, at)

    correcting.set_columns(office, draft, fields, by=by, at=at, besides=besides)


def _called(name: str) -> str:
    called = particulars.read_name(name) or ""
    if not called:
        raise FactMissing("请写明来源的名称。", code="mapping_unnamed", missing="name")
    if len(called) > LONGEST:
        raise FactInvalid(f"来源名称不得超过{LONGEST}字，请改短。", code="mapping_name_long")
    return called


def _keep(tx: Connection, draft: str, called: str, by: Signature, at: datetime) -> None:
    columns = _columns(fetched(tx, draft, str(by.person)))
    if not columns:
        raise FactInvalid("这个文件没有列对应关系可记。", code="mapping_of_nothing")
    if column_mappings.named(tx, called) is None and column_mappings.count(tx) >= MOST:
        raise FactInvalid(f"列对应关系已有{MOST}个，请沿用已有的名称。", code="mappings_many")
    column_mappings.put(
        tx, called, headings=_signature(columns), fields=json.dumps([one["field"] for one in columns]),
        kept_by=str(by.person), kept_at=at,
    )  # fmt: skip


def offered(tx: Connection, draft: Draft) -> list[str]:
    """The sources whose files have this file's heading and would be read otherwise than it is."""
    columns = _columns(draft)
    if not columns:
        return []
    fields = [one["field"] for one in columns]
    kept = column_mappings.of_headings(tx, _signature(columns))
    return [row.name for row in kept if json.loads(row.fields) != fields]


def use(office: Office, draft: str, name: str, *, by: Signature, at: datetime) -> None:
    """Read a file on its way in as another of its source was. Raises as `set_columns`, and `NotFound`."""
    with reading(office.engine) as tx:
        columns = _columns(fetched(tx, draft, str(by.person)))
        row = column_mappings.named(tx, name)
    if row is None or not columns or row.headings != _signature(columns):
        raise unknown(name, [])
    fields = dict(zip((one["column"] for one in columns), json.loads(row.fields), strict=True))
    correcting.set_columns(office, draft, fields, by=by, at=at)


def _columns(draft: Draft) -> list[Mapping[str, Any]]:
    """The columns of a file that have a heading."""
    return [one for one in draft.told.get("columns") or () if one["heading"]]


def _signature(columns: Sequence[Mapping[str, Any]]) -> str:
    return signature([one["heading"] for one in columns])
