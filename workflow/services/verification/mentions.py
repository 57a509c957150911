"""Who is mentioned in comments, and who has put it behind him, against the entries that tell of it."""

from collections.abc import Iterator

from workflow.services.replay import mentions_in
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

COLUMNS = ("mentioned_on", "seen_on")


def check_mentions(dossier: Dossier) -> Iterator[Finding]:
    """Every row has its entry, every mention its row, and they say the same."""
    told = mentions_in(dossier.history)
    for row in dossier.mentions:
        where = {"case": dossier.name, "seq": row.seq, "person": row.person}
        columns = told.pop((row.seq, row.person), None)
        if columns is None:
            yield finding("mention_unrecorded", "批注提及没有对应的历史记载：疑似伪造", **where)
            continue
        different = [name for name in COLUMNS if getattr(row, name) != columns[name]]
        if different:
            message = f"批注提及与历史记载不符（{'、'.join(different)}）：提及记录被改动"
            yield finding("mention_changed", message, **where)
    for seq, person in told:
        message = "历史记载的批注提及不存在：提及记录被删除"
        yield finding("mention_missing", message, case=dossier.name, seq=seq, person=person)
