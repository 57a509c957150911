"""A checkpoint somebody kept outside, held against those of the database at once.

This tells whether it is a witness and what the database has in its place. Whether the history itself still is
what it was then only the whole verification tells, which takes the checkpoint along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from states.evidence.checkpoint import Checkpoint, parse
from workflow.services.audit_rights import check_may_audit
from workflow.services.checkpoint_files import checkpoint_in
from workflow.services.office import Office
from workflow.services.seeing import Onlooker
from workflow.services.signing_keys import announced
from workflow.signing import is_signed
from workflow.storage import log, sweeps
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Compared:
    """A checkpoint beside the database: what holds, each in a sentence with whether it is as it should be."""

    checkpoint: Checkpoint
    told: Sequence[tuple[bool, str]]

    @property
    def agrees(self) -> bool:
        return all(holds for holds, _ in self.told)


def compare(office: Office, text: str, *, by: Onlooker) -> Compared:
    """Hold a checkpoint, alone or within the mail it came by, against the database.

    Raises `CheckpointInvalid` for a text without one, `NotPermitted` (`audit_not_permitted`).
    """
    one = checkpoint_in(text)
    with reading(office.engine) as tx:
        check_may_audit(tx, by)
        origin, keys = sweeps.first_entry(tx), announced(tx)
        row, last = log.checkpoint(tx, one.number), log.last_checkpoint(tx)
    kept = None if row is None else parse(row.text)
    beyond = last is None or one.number > last.number
    told = (_signature(one), _origin(one, origin), _key(one, keys), *_place(one, kept, beyond=beyond))
    return Compared(one, told)


def _signature(one: Checkpoint) -> tuple[bool, str]:
    if is_signed(one):
        return True, "签名与内容相符，没有被改动。"
    return False, "签名与内容不符：这个检查点被改动，或是伪造的。"


def _origin(one: Checkpoint, origin: str) -> tuple[bool, str]:
    if one.origin == origin:
        return True, "属于本系统的历史。"
    return False, "不属于本系统：出自另一套数据库，或本库的历史自始被换。请核对是否拿错文件。"


def _key(one: Checkpoint, keys: Sequence[str]) -> tuple[bool, str]:
    if one.key in keys:
        return True, "签名公钥在日志中登记过；请再与纸上抄录的公钥核对。"
    return False, "签名公钥从未在日志中登记：由他人签发，或登记的记载被删除。"


def _place(one: Checkpoint, kept: Checkpoint | None, *, beyond: bool) -> Iterator[tuple[bool, str]]:
    if kept is not None and kept.hash == one.hash:
        yield True, f"与本库第{one.number}号检查点逐字相同。"
    elif kept is not None:
        yield False, f"与本库第{one.number}号检查点不同：历史有两个版本。请两份都保存，立即报告。"
    elif beyond:
        yield False, f"本库没有第{one.number}号检查点：数据库被换成较早的备份，或检查点被删除。"
    else:
        yield False, f"本库缺第{one.number}号检查点：检查点被删除，或恢复备份以后跳过了这一号。"
