"""Long work asked for on a page: verifying, exporting, reporting, taking out the register. It is done beside
the pages.

What is asked for is a row; a chore takes it in hand and tells how far it is, so that whoever asked may leave
the page, and a process that ends in the middle leaves it to the next. Each kind is done by the service the
command line has for it, in the name of whoever asked and by his rights then. Verifying writes nothing; what
leaves the house is entered in the journal by its service.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import Refusal
from states.office_time import office_minute
from states.visibility import sees_sealed
from states.vocabulary import Labelled, Role
from workflow.errors import AlreadyDone, EditConflict, FormRefused, NotFound
from workflow.services.audit_doings import AUDITS, DOINGS, Kind
from workflow.services.audit_rights import NONE_KNOWN, check_may_audit
from workflow.services.files import waiting_room
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.seeing import Onlooker, roles_of
from workflow.storage import audit_works, queries
from workflow.storage.retention import sealed_numbers
from workflow.storage.session import reading, transaction

DOOR, MOST_TRIES = "web", 3
HEARD_EVERY = timedelta(seconds=1)
FAULT = ("internal", "程序内部出错，未能完成；请将时间告知维护人员。")
TOO_OFTEN = ("work_given_up", "系统几次中断，未能完成；请告知维护人员，必要时改在命令行上办理。")


class Standing(Labelled):
    """Where work stands."""

    WAITING = "waiting", "等候"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "未能完成"


@dataclass(frozen=True, slots=True)
class Work:
    """Work that was asked for. `done` of about `whole` is through; `told` is what came of it, by its kind,
    or `code` and `message` of what kept it from being done. `file` is there for whoever asked, for a day.
    """

    id: str
    kind: Kind
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    given: Mapping[str, Any]
    standing: Standing
    done: int
    whole: int
    ended_at: datetime | None
    told: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return self.standing in (Standing.WAITING, Standing.RUNNING)

    @property
    def percent(self) -> int:
        """How much of it is through, as far as can be told before it is."""
        if self.standing is Standing.DONE:
            return 100
        return min(99, 100 * self.done // self.whole) if self.whole else 0


class Interrupted(Exception):
    """Whoever does the work is told to stop: it goes back to where the next one finds it."""


def ask(office: Office, kind: Kind, given: Mapping[str, Any], *, by: Signature) -> str:
    """Ask for work; its id, or that of the very same which is open already, which is asked for once.

    At most one of a kind is open: a verification whoever asked, other work for each person. The form's number
    is the work's. Raises `EditConflict` (`work_under_way`) while another of the kind is open, `AlreadyDone`
    where the form brought about another, `NotPermitted` (`audit_not_permitted`, `export_not_yours`), and what
    the kind's own checks raise.
    """
    onlooker = Onlooker(str(by.person), by.recorded_at)
    with reading(office.engine) as tx:
        DOINGS[kind].may(tx, onlooker, NONE_KNOWN)
        person = str(find_person(tx, onlooker.person).code)
    DOINGS[kind].check(office, given, by)
    open_as = kind.value if DOINGS[kind].is_for_all else f"{kind.value}/{person}"
    row = {
        "id": by.form, "kind": kind.value, "asked_by": person, "asked_at": by.recorded_at, "open_as": open_as,
        "given": json.dumps(dict(given), ensure_ascii=False),
        "tries": 0, "done": 0, "whole": 0, "failed": False,
    }  # fmt: skip
    with transaction(office.engine) as tx:
        if audit_works.add(tx, **row):
            return str(by.form)
        return _known(tx, row)


def _known(tx: Connection, asked: Mapping[str, Any]) -> str:
    """The work that stands in the way, if it is what is asked for: of the same form, or open."""
    found = audit_works.find(tx, asked["id"]) or audit_works.opened_as(tx, asked["open_as"])
    if found is None or (found.id == asked["id"] and found.asked_by != asked["asked_by"]):
        raise FormRefused("表单不完整，未予办理；请回到上一页刷新后重新提交。", code="form_incomplete")
    if json.loads(found.given) == _kept_of(found, json.loads(asked["given"])):
        return str(found.id)
    if found.id == asked["id"]:
        raise AlreadyDone("这张表单已经提交过，内容与这次不同，未予办理；请刷新页面后重新填写。")
    raise _under_way(found, queries.names_of_people(tx))


def _kept_of(row: Row[Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is kept of what was asked, where it is of a row's kind and as far as the row is."""
    return given if row.ended_at is None else dict(DOINGS[Kind(row.kind)].told(given))


def _under_way(row: Row[Any], names: Mapping[str, str]) -> EditConflict:
    who, label = names.get(row.asked_by, row.asked_by), Kind(row.kind).label
    return EditConflict(
        f"未予办理：{who}于{office_minute(row.asked_at)}提出的另一项{label}正在办理，与这次要的不同；"
        "请等它办完后再提出。",
        code="work_under_way", work=row.id, kind=row.kind, asked_at=row.asked_at.isoformat(),
    )  # fmt: skip


def newest(
    office: Office, kind: Kind, *, by: Onlooker, most: int = 10, known: Collection[Role] = NONE_KNOWN
) -> list[Work]:
    """The work of a kind asked for last that he may see: of verifications everybody's, else his own.

    Raises `NotPermitted` as `ask`.
    """
    with reading(office.engine) as tx:
        DOINGS[kind].may(tx, by, known)
        person = str(find_person(tx, by.person).code)
        names = queries.names_of_people(tx)
        rows = audit_works.newest(tx, kind.value, most, None if DOINGS[kind].is_for_all else person)
        return [_told(row, names) for row in rows]


def out_of_sight(office: Office, *, by: Onlooker) -> frozenset[str]:
    """The numbers of the sealed matters that are not shown to him: a finding on one leads nowhere.

    Raises `NotPermitted` (`audit_not_permitted`).
    """
    with reading(office.engine) as tx:
        check_may_audit(tx, by)
        return frozenset() if sees_sealed(roles_of(tx, by)) else sealed_numbers(tx)


def work_file(office: Office, id: str, *, by: Onlooker, kinds: Collection[Kind] = AUDITS) -> Path:
    """The file of somebody's own work of one of these kinds. Raises `NotFound` (`work_unknown`,
    `work_file_gone`), `NotPermitted` as `ask`."""
    with reading(office.engine) as tx:
        for may in {DOINGS[one].may for one in kinds}:
            may(tx, by, NONE_KNOWN)
        person = str(find_person(tx, by.person).code)
        row = audit_works.find(tx, id)
    if row is None or row.kind not in kinds or row.asked_by != person or row.ended_at is None or row.failed:
        raise NotFound("没有这个文件，或者不是您要的。", code="work_unknown")
    file = folder_of(office, id) / str(json.loads(row.told).get("name", ""))
    if not file.is_file():
        raise NotFound("文件只保留一天，已经清除；请重新生成。", code="work_file_gone")
    return file


def has_file(office: Office, work: Work) -> bool:
    """Whether the file that came of it is still there."""
    name = str(work.told.get("name", ""))
    return bool(name) and (folder_of(office, work.id) / name).is_file()


def folder_of(office: Office, id: str) -> Path:
    """Where the file of work lies; it is cleared away with whatever waits too long there."""
    return waiting_room(office.settings.files) / f"audit-{id}"


def carry_out(
    office: Office, *, clock: Callable[[], datetime], is_over: Callable[[], bool] = lambda: False
) -> int:
    """Do the work that waits, one after the other; how many came to an end.

    Raises whatever nobody foresaw, once it is told with the work.
    """
    ended = 0
    while not is_over() and (row := _taken(office, clock())) is not None:
        try:
            _do(office, row, clock, is_over)
        except Interrupted:
            _change(office, row.id, beat_at=None, tries=row.tries)
            break
        ended += 1
    return ended


def _taken(office: Office, at: datetime) -> Row[Any] | None:
    """The next work, in hand from now on; None where nothing waits or somebody was quicker."""
    silent_since = at - timedelta(seconds=office.settings.lease_seconds)
    with reading(office.engine) as tx:
        row = audit_works.waiting(tx, silent_since)
    if row is None:
        return None
    with transaction(office.engine) as tx:
        return row if audit_works.claim(tx, row.id, silent_since, at) else None


def _do(office: Office, row: Row[Any], clock: Callable[[], datetime], is_over: Callable[[], bool]) -> None:
    if row.tries >= MOST_TRIES:
        _end(office, row, clock(), _refusal(*TOO_OFTEN), failed=True)
        return
    doing, given = DOINGS[Kind(row.kind)], json.loads(row.given)
    by = Signature(row.asked_by, DOOR, clock(), clock=clock)
    with reading(office.engine) as tx:
        whole = doing.count(tx)
    _change(office, row.id, whole=whole)
    folder = folder_of(office, row.id)
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        told = doing.do(office, given, folder, by, _Hearing(office, row.id, clock, is_over))
    except Refusal as refusal:
        _end(office, row, clock(), _refusal(refusal.code, refusal.message), failed=True)
    except Interrupted:
        raise
    except Exception:  # whoever asked is told that it failed; the chore tells the log why
        _end(office, row, clock(), _refusal(*FAULT), failed=True)
        raise
    else:
        _end(office, row, clock(), told, failed=False)


class _Hearing:
    """Tells now and then how far the work is. Raises `Interrupted` once it is to stop."""

    def __init__(
        self, office: Office, id: str, clock: Callable[[], datetime], is_over: Callable[[], bool]
    ) -> None:
        self._office, self._id, self._clock, self._is_over = office, id, clock, is_over
        self._heard = clock()

    def __call__(self, done: int) -> None:
        if self._is_over():
            raise Interrupted
        at = self._clock()
        if at - self._heard >= HEARD_EVERY:
            self._heard = at
            _change(self._office, self._id, beat_at=at, done=done)


def _end(office: Office, row: Row[Any], at: datetime, told: Mapping[str, Any], *, failed: bool) -> None:
    text = json.dumps(dict(told), ensure_ascii=False)
    given = json.dumps(dict(DOINGS[Kind(row.kind)].told(json.loads(row.given))), ensure_ascii=False)
    _change(office, row.id, ended_at=at, open_as=None, failed=failed, told=text, given=given)


def _change(office: Office, id: str, **values: Any) -> None:
    with transaction(office.engine) as tx:
        audit_works.change(tx, id, **values)


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def _told(row: Row[Any], names: Mapping[str, str]) -> Work:
    return Work(
        row.id,
        Kind(row.kind),
        row.asked_by,
        names.get(row.asked_by, row.asked_by),
        row.asked_at,
        json.loads(row.given),
        _standing(row),
        row.done,
        row.whole,
        row.ended_at,
        json.loads(row.told) if row.told else {},
    )


def _standing(row: Row[Any]) -> Standing:
    if row.ended_at is not None:
        return Standing.FAILED if row.failed else Standing.DONE
    return Standing.WAITING if row.beat_at is None else Standing.RUNNING
