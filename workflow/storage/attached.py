"""Which files are attached to which entries of a case."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, select

from workflow.storage.models import Attachment, StoredFile
from workflow.storage.queries import one_of, parts, table

ATTACHED, FILE = table(Attachment), table(StoredFile)


def sizes(tx: Connection, case_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The files of some cases with their sizes in bytes, by case and hash."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    joined = ATTACHED.join(FILE, FILE.c.sha256 == ATTACHED.c.sha256)
    for part in parts(sorted(case_ids)):
        held = select(ATTACHED.c.case_id, FILE.c.sha256, FILE.c.size).select_from(joined)
        for row in tx.execute(held.where(one_of(tx, ATTACHED.c.case_id, part))):
            found[row.case_id][row.sha256] = row.size
    return found
