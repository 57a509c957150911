"""Items in files of a folder (定时读取): each taken once, then moved to `done` or `refused`, with why.

What is read is a regular file that has rested; links are never followed. A file and that it was taken commit
together, and it is moved afterwards: whatever ends a run midway, it is neither lost nor taken twice.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from states.errors import FactInvalid, FactMissing
from states.file_names import cleaned
from states.intake import Arrival, checked
from workflow import placing
from workflow.errors import ConfigurationError, FileRefused
from workflow.services import files
from workflow.services.attaching import received
from workflow.services.entries import SYSTEM, Act
from workflow.services.files import Given, Kept, waiting_room
from workflow.services.intake.bodies import bodies_in
from workflow.services.intake.items import states_of
from workflow.services.intake.receiving import receive_within
from workflow.services.intake.tables import arrivals_in
from workflow.services.office import Office, Signature
from workflow.services.scanning import scan
from workflow.services.work import begin
from workflow.storage import intake
from workflow.storage.session import reading, transaction
from workflow.workbooks.errors import WorkbookRefused

try:
    import fcntl
except ImportError:  # not a POSIX system: the package is imported there all the same
    fcntl = None  # type: ignore[assignment]

DONE, REFUSED = "done", "refused"
RESTED = timedelta(seconds=10)
"""A file younger than this may still be written."""
UNFINISHED = frozenset(
    {".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".lock"}
)
HIDDEN = (".", "~")
TABLES, JSON = frozenset({".xlsx", ".csv"}), ".json"
NO_SCANNER = "scan_failed"
"""A file nobody could look through is neither taken nor refused."""

MIB = 1024 * 1024
MAX_FILE, MOST_AT_ONCE = 32 * MIB, 100
KEPT_APPLICANTS = timedelta(days=90)
"""So long after its matter has ended somebody may still have to ask back whoever turned to the platform."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a run did: files taken and refused, and the items in those that were taken."""

    taken: int = 0
    refused: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What a file holds: each item with its attachments."""

    arrivals: tuple[Arrival, ...]
    files: tuple[tuple[Given, ...], ...]


def pull(office: Office, *, clock: Callable[[], datetime], by: Signature) -> Pulled:
    """Take what lies in the folder of the settings, oldest name first, at most a hundred files a run.

    Nothing where no folder is set, or another run is at it. Raises `FileRefused` (`intake_folder_missing`)
    for one that is not there, `ConfigurationError` (`intake_folder_system`) where the system has no locks.
    """
    folder = office.settings.intake_folder
    if folder is None:
        return Pulled()
    if fcntl is None:
        message = "这个操作系统不能锁定来件文件夹，请改在Linux上读取，或者由来源以POST /api/v1/intake移送。"
        raise ConfigurationError(message, code="intake_folder_system")
    if not folder.is_dir():
        message = f"来件文件夹“{folder}”不存在或不是文件夹，请核对DUBAN_INTAKE_FOLDER。"
        raise FileRefused(message, code="intake_folder_missing")
    with _alone(folder) as is_alone:
        paths = list(_lying_in(folder))[:MOST_AT_ONCE] if is_alone else []
        dealt = [_deal_with(office, folder, path, at=clock(), by=by) for path in paths]
    found = [one for one in dealt if one is not None]
    taken = sum(one >= 0 for one in found)
    return Pulled(taken, len(found) - taken, sum(max(one, 0) for one in found))


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else on this machine deals with a folder until the end of the block.

    Where it lies on a file system without such locks, what is taken twice is told by its hash all the same.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _is_ours(handle)
    finally:
        os.close(handle)


def _is_ours(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
            raise
    return True


def forget_applicants(office: Office, *, at: datetime, by: Signature) -> int:
    """Take away who turned to the platforms with what has long become of a matter; the journal says how many
    were forgotten."""
    with transaction(office.engine) as tx:
        count = intake.forget_applicants(tx, states_of(tx, office, "closed", "final"), at - KEPT_APPLICANTS)
        if count:
            work = begin(tx, office, by=by, at=at)
            work.batch.note(Act("intake_applicants_forgotten", at, SYSTEM, {"count": count}))
            work.batch.flush()
    return count


def _lying_in(folder: Path) -> Iterator[Path]:
    """What may be taken by its name; folders, and what somebody still writes under another name, may not."""
    with os.scandir(folder) as entries:
        found = sorted(
            entry.name
            for entry in entries
            if not entry.name.startswith(HIDDEN) and not entry.is_dir(follow_symlinks=False)
        )
    yield from (folder / name for name in found if Path(name).suffix.lower() not in UNFINISHED)


def _deal_with(office: Office, folder: Path, path: Path, *, at: datetime, by: Signature) -> int | None:
    """How many items were taken out of a file, -1 where it was refused, None where it is left for later."""
    try:
        data = _read(path, at)
        if data is None:
            return None
        count = _take(office, path.name, data, at=at, by=by)
    except (FileRefused, FactInvalid, FactMissing, WorkbookRefused) as refusal:
        if refusal.code == NO_SCANNER:
            raise
        _move(path, folder / REFUSED, f"未收件：{refusal.message}\n（{refusal.code}）\n")
        return -1
    told = (
        f"已收件{count}件，请督查员到“来件”登记。\n" if count else "此前已收过内容相同的文件，未重复收件。\n"
    )
    _move(path, folder / DONE, told)
    return count


def _read(path: Path, at: datetime) -> bytes | None:
    """The bytes of a file that has rested; None of one that is still written. Raises `FileRefused`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(path, "intake_not_a_file", "是链接或无法读取，只接收普通文件") from error
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise _refused(path, "intake_not_a_file", "不是普通文件")
        if at.timestamp() - before.st_mtime < RESTED.total_seconds():
            return None
        if path.suffix.lower() not in TABLES | {JSON}:
            raise _refused(path, "file_type", "不是.json、.xlsx或.csv文件")
        if before.st_size > MAX_FILE:
            raise _refused(path, "file_too_large", f"超过{MAX_FILE // MIB}MB，请拆分")
        data = file.read(MAX_FILE + 1)
        has_changed = os.fstat(handle).st_size != before.st_size or len(data) != before.st_size
    if has_changed:
        return None
    if not data:
        raise _refused(path, "file_empty", "是空文件")
    return data


def _take(office: Office, name: str, data: bytes, *, at: datetime, by: Signature) -> int:
    """Take the items of a file in, all or none; nothing of one that was taken before."""
    digest = sha256(data).hexdigest()
    with reading(office.engine) as tx:
        if intake.is_pulled(tx, digest):
            return 0
    with ExitStack() as stack:
        room = waiting_room(office.settings.files)
        parcel = _opened(office, name, data, Path(stack.enter_context(TemporaryDirectory(dir=room))), at)
        kept: list[Sequence[Kept]] = []
        for place, (arrival, given) in enumerate(zip(parcel.arrivals, parcel.files, strict=True), 1):
            with _naming(place, parcel):
                checked(arrival, at)
                kept.append(stack.enter_context(received(office, {"evidence": given}))["evidence"])
        tx = stack.enter_context(transaction(office.engine))
        count = len(parcel.arrivals)
        if not intake.pulled(tx, sha256=digest, name=cleaned(name), items=count, taken_at=at):
            return 0
        work = begin(tx, office, by=by, at=at)
        for arrival, several in zip(parcel.arrivals, kept, strict=True):
            receive_within(work, office.settings.intake_source, arrival, several)
        work.batch.flush()
    return count


@contextmanager
def _naming(place: int, parcel: _Parcel) -> Iterator[None]:
    """Says of several items which one is refused."""
    try:
        yield
    except (FileRefused, FactInvalid, FactMissing) as refusal:
        if len(parcel.arrivals) == 1 or refusal.code == NO_SCANNER:
            raise
        raise FactInvalid(f"第{place}件：{refusal.message}", code=refusal.code) from refusal


def _opened(office: Office, name: str, data: bytes, room: Path, at: datetime) -> _Parcel:
    """What a file holds, which is looked through like every file that comes in."""
    path = room / cleaned(name)
    path.write_bytes(data)
    if path.suffix.lower() == JSON:
        if office.settings.scan:
            scan(office.settings.scan, path.name, data)
        bodies = bodies_in(data)
        return _Parcel(tuple(one.arrival for one in bodies), tuple(one.files(room) for one in bodies))
    files.dismiss([files.take_in(office.settings.files, path, scanner=office.settings.scan)])
    arrivals = tuple(arrivals_in(path, at))
    if not arrivals:
        raise FactInvalid("表中没有来件。", code="intake_rows_none")
    return _Parcel(arrivals, ((),) * len(arrivals))


def _move(path: Path, room: Path, told: str) -> None:
    """Move a file beside what is said of it; two of one name are told apart by a number."""
    if room.is_symlink():
        message = f"“{room}”是链接，来件文件不移往别处；请改为文件夹。"
        raise ConfigurationError(message, code="intake_folder_link")
    room.mkdir(mode=0o700, exist_ok=True)
    place, number = room / path.name, 1
    while os.path.lexists(place):
        number += 1
        place = room / f"{path.stem}-{number}{path.suffix}"
    placing.write(place.with_name(f"{place.name}.txt"), told.encode(errors="replace"))
    path.rename(place)


def _refused(path: Path, code: str, why: str) -> FileRefused:
    return FileRefused(f"“{path.name}”{why}。", code=code, name=path.name)
