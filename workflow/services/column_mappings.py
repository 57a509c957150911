"""Column mappings of sources: a file whose heading is known is read as another of its source was."""

import json
from collections.abc import Sequence

from states.errors import FactInvalid
from states.register.amending import Amendments
from states.register.mapping import mapped
from states.register.sheet import Sheet
from workflow.errors import NotFound
from workflow.services.office import Office
from workflow.storage import column_mappings
from workflow.storage.session import reading

LONGEST = 30


def amendments(office: Office, sheets: Sequence[Sheet], name: str) -> Amendments:
    """The headings of a file as the mapping of a name has them read.

    Raises `NotFound` (`mapping_unknown`), `FactInvalid` (`mapping_other_heading`).
    """
    with reading(office.engine) as tx:
        row = column_mappings.named(tx, name)
        if row is None:
            raise unknown(name, column_mappings.names(tx))
    found = mapped(sheets, row.headings, json.loads(row.fields))
    if found is None:
        message = f"表头与来源“{name}”记下的不同，不能套用；请在导入页重新核对列对应关系。"
        raise FactInvalid(message, code="mapping_other_heading", mapping=name)
    return found


def unknown(name: str, known: Sequence[str]) -> NotFound:
    """The refusal for a source nobody kept, or not for this heading."""
    told = f"；已有的：{'、'.join(known)}" if known else ""
    return NotFound(f"没有名为“{name[:LONGEST]}”、适用于这个表头的列对应关系{told}。", code="mapping_unknown")
