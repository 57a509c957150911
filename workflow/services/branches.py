"""A branch that was left: what the office had written after the backup it was put back from.

Nobody can bring it back, but what it left outside is not to be taken for tampering, nor used again: whoever
lets the restored office go on names the checkpoints of the lost branch, checkpoints are numbered on beyond
them, and so are papers and matters beyond the numbers that outside evidence shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.document_number import DocumentNumber
from states.errors import FactInvalid, Refusal
from states.evidence.checkpoint import TOLERANCE, Checkpoint, CheckpointInvalid, instant, parse
from states.history import GENESIS
from workflow.errors import ConfigurationError
from workflow.services import checkpoint_files, signing_keys
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.services.replay import Entry
from workflow.services.work import Work
from workflow.signing import is_signed, read_signing_keys
from workflow.storage import log, outbox, serials, sweeps
from workflow.watermark import mark_beside, read_mark

LEFT = "branch_left"
Numbers = Mapping[tuple[str, int], int]
"""The last number given out, by series and year."""

MOST_SKIPPED = 10_000
MOST_IN_ENTRY = 500
FIRST_OF_ALL = 0
"""What stands for the number of the last common checkpoint where there is none."""


@dataclass(frozen=True, slots=True)
class Found:
    """A checkpoint outside, and the file it was found in."""

    checkpoint: Checkpoint
    file: str

    @property
    def told(self) -> dict[str, Any]:
        return _told(self.checkpoint) | {"key": self.checkpoint.key, "file": self.file[:200]}


@dataclass(frozen=True, slots=True)
class Outside:
    """What whoever releases knows besides the folder of the settings and the mark beside the key.

    `since` is a file or folder of checkpoints, `used` are numbers of papers that have gone out.
    """

    since: Path | None = None
    used: tuple[DocumentNumber, ...] = ()


def skipped_in(entries: Iterable[Entry]) -> dict[tuple[str, int], set[int]]:
    """The serials of branches that were left, by series and year; they are not given out again."""
    skipped: dict[tuple[str, int], set[int]] = defaultdict(set)
    for entry in entries:
        if entry.kind == LEFT:
            for one in (entry.details.model_extra or {})["numbers"]:
                skipped[one["series"], one["year"]].update(range(one["from"], one["to"] + 1))
    return skipped


def leave(work: Work, person: str, *, reason: str | None, outside: Outside) -> dict[str, Any]:
    """Enter what lies outside of the branch that was left, and go on behind it; returns what was entered.

    Raises `ConfigurationError` (`anchor_unreadable`), `FactInvalid` (`number_too_far`).
    """
    last = log.last_checkpoint(work.tx)
    common = parse(last.text) if last is not None else None
    left = list(_left(work, common, outside.since))
    numbers = _go_on_numbering(work, outside.used)
    details = {
        "last_common": common.number if common is not None else FIRST_OF_ALL,
        "common": _told(common) | {"hash": common.hash} if common is not None else None,
        "next": _go_on_counting(work.tx, common, left),
        "numbers": numbers,
        "mails_waiting": outbox.count_waiting(work.tx),
    }
    said = {"reason": reason} if reason else {}
    for start in range(0, max(len(left), 1), MOST_IN_ENTRY):
        named = {one.checkpoint.hash: one.told for one in left[start : start + MOST_IN_ENTRY]}
        work.batch.note(Act(LEFT, work.at, person, {**details, "left": named, **said}))
    return {**details, "left": [one.told | {"hash": one.checkpoint.hash} for one in left]}


def _told(one: Checkpoint) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("number", "epoch", "first", "size")}
    return counts | {"short": one.short, "time": instant(one.time)}


def _left(work: Work, common: Checkpoint | None, since: Path | None) -> Iterator[Found]:
    """The sound checkpoints outside that go on from the last one common to both, in their order.

    One whose former is known and is another does not go on from it: the history was rewritten.
    """
    known = {common.number if common else FIRST_OF_ALL: common.hash if common else GENESIS}
    for one in sorted(_outside(work, common, since), key=lambda one: one.checkpoint.number):
        made = one.checkpoint
        if known.get(made.number - 1, made.previous) == made.previous:
            known[made.number] = made.hash
            yield one


def _outside(work: Work, common: Checkpoint | None, since: Path | None) -> Iterator[Found]:
    """Checkpoints of this office by its keys that lie beyond the last common one, each once."""
    office, seen = work.office, set[str]()
    origin, keys = sweeps.first_entry(work.tx), _keys(work.tx, office)
    for path in _files(office, since):
        try:
            one = checkpoint_files.read_file(path)
        except CheckpointInvalid:
            continue  # verifying tells of it
        ours = one.origin == origin and one.key in keys and is_signed(one)
        if ours and _is_beyond(common, one) and one.hash not in seen:
            seen.add(one.hash)
            yield Found(one, path.name)


def _is_beyond(common: Checkpoint | None, one: Checkpoint) -> bool:
    if common is None:
        return True
    return one.number > common.number and one.end >= common.end and one.time >= common.time - TOLERANCE


def _files(office: Office, since: Path | None) -> list[Path]:
    folder = office.settings.checkpoint_dir
    own = checkpoint_files.files_in(folder) if folder is not None and folder.is_dir() else []
    return own + (checkpoint_files.files_in(since) if since is not None else [])


def _keys(tx: Connection, office: Office) -> set[str]:
    """The keys announced, and those in this host's file: the lost branch may have gone over to one."""
    try:
        held = read_signing_keys(office.settings.secret_file)
    except Refusal:
        held = []
    return {*signing_keys.announced(tx), *(key.public for key in held)}


def _go_on_counting(tx: Connection, common: Checkpoint | None, left: Iterable[Found]) -> int:
    """The number of the next checkpoint, beyond every one outside."""
    own = common.number if common else FIRST_OF_ALL
    last = max((one.checkpoint.number for one in left), default=own)
    serials.raise_to(tx, log.CHECKPOINTS, 0, max(own, last))
    return log.next_number(tx, own)


def _go_on_numbering(work: Work, used: Sequence[DocumentNumber]) -> list[dict[str, Any]]:
    """Take no number again that the mark beside the key, or whoever releases, knows to be given out."""
    given = _marked(work)
    for one in used:
        given[one.code, one.year] = max(one.serial, given.get((one.code, one.year), 0))
    return list(_raised(work.tx, given))


def _marked(work: Work) -> dict[tuple[str, int], int]:
    """What the mark beside the key tells; nothing where it cannot be read, which is what the hold was for."""
    try:
        path = mark_beside(work.office.settings.secret_file)
        mark = read_mark(path, sweeps.first_entry(work.tx))
    except ConfigurationError:
        return {}
    return {(one.series, one.year): one.last for one in mark.numbers} if mark is not None else {}


def _raised(tx: Connection, given: Numbers) -> Iterator[dict[str, Any]]:
    for (series, year), last in sorted(given.items()):
        own = serials.last_number(tx, series, year)
        if last > own + MOST_SKIPPED:
            raise FactInvalid(
                f"{series}〔{year}〕{last}号比本库已用的{own}号多出{MOST_SKIPPED}以上，请核对。",
                code="number_too_far",
                series=series,
            )
        if last > own:
            serials.raise_to(tx, series, year, last)
            yield {"series": series, "year": year, "from": own + 1, "to": last}
