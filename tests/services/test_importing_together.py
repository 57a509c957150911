"""A ledger taken over in one go, or by two at once, leaves the rows it leaves taken over line by line."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

from openpyxl import Workbook
from sqlalchemy import text

from tests.builders import OFFICER, opened_again, rows, signed
from tests.conftest import lent_office
from tests.registers import A_MATTER, TAKEN_OVER, take_over
from workflow.services import entries, importing
from workflow.services.importing import Source
from workflow.storage.models import Case, CaseUnit, Event, EventWords, TimeLimit
from workflow.storage.session import transaction
from workflow.storage.work_models import CaseLight, TallyRow
from workflow.workbooks.opening import open_workbook

LINES = 60
FILLED = (Case, TimeLimit, CaseUnit, EventWords, CaseLight, TallyRow)
MORE = ("配合单位", "延期至", "难易程度", "完成率", "联系人", "备注", "销号时间")
UNITS = ("市水务局", "市城市管理局", "市数据局")
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def test_together_and_line_by_line_come_to_the_same_to_the_byte(home, master, tmp_path, monkeypatch):
    ledger = a_ledger(tmp_path / "台账.xlsx")
    found = []
    for take_in in (take_over, line_by_line):
        salts = SimpleNamespace(token_hex=lambda size, drawn=count(): f"{next(drawn):0{2 * size}x}")
        monkeypatch.setattr(entries, "secrets", salts)
        with lent_office(home, master, tmp_path / take_in.__name__) as office:
            take_in(office, ledger)
            found.append(written(office))
    together, alone = found
    assert together == alone and together["cases"].total() > LINES // 2


def test_of_two_who_take_over_a_ledger_at_once_the_later_finds_every_row_known(office, tmp_path):
    ledger, later = a_ledger(tmp_path / "台账.xlsx"), []
    with opened_again(office) as again, ThreadPoolExecutor() as pool:

        def another_comes(done, _):
            if done == 1:
                later.append(pool.submit(take_over, again, ledger))
                see_it_wait(office)

        first = take_over(office, ledger, progress=another_comes)
        second = later[0].result()
    assert first.imported == second.unchanged > LINES // 2
    assert second.imported == 0 and second.rejected == first.rejected


def see_it_wait(office):
    """Until another waits for what this one holds; on SQLite every writer does."""
    if office.engine.dialect.name == "sqlite":
        return
    for _ in range(500):
        with office.engine.connect() as tx:
            if tx.execute(WAITING).scalar():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def a_ledger(target):
    """Matters of every kind, days and units in turn: open, put up, closed in time and late, long-term."""
    book = Workbook()
    book.active.append([*A_MATTER, *MORE])
    for row in range(LINES):
        book.active.append(list(a_row(row).values()))
    book.save(target)
    return target


def a_row(row):
    begun = date(2026, 3, 2) + timedelta(days=row % 7)
    due = "长期坚持" if row % 11 == 0 else (begun + timedelta(days=(30, 90, 400)[row % 3])).isoformat()
    closed = row % 4 == 0
    return A_MATTER | {
        "督办编号": "" if row % 9 == 0 else f"滨督2026-{row + 1:03}",
        "督办事项": f"海安路第{row}段打通",
        "牵头单位": UNITS[row % 3],
        "交办时间": begun.isoformat(),
        "办结时限": due,
        "目前进展情况": "" if row % 5 == 0 else f"第{row}段路基完成",
        "是否销号": "是" if closed else ("否", "待销号")[row % 2],
        "配合单位": "市交通运输局" if row % 6 == 0 else "",
        "延期至": (begun + timedelta(days=500)).isoformat() if row % 13 == 0 else "",
        "难易程度": ("", "一般", "复杂")[row % 3],
        "完成率": ("", 0, 0.55)[row % 3],
        "联系人": "值班员" if row % 2 else "",
        "备注": f"第{row}批" if row % 3 else "",
        "销号时间": (begun + timedelta(days=45)).isoformat() if closed else "",
    }


def line_by_line(office, path):
    """The same rows, each in a batch of its own."""
    with transaction(office.engine) as tx:
        register = importing.read(tx, office, open_workbook(path), TAKEN_OVER)
    for row in register.rows:
        with transaction(office.engine) as tx:
            sorting = importing.sort(tx, register, (), [row])
            source = Source(importing.keep(tx, office, path, signed(OFFICER, TAKEN_OVER)))
            by = signed(OFFICER, TAKEN_OVER)
            importing.bring_in((tx, office), register, sorting, source, by=by, at=TAKEN_OVER)


def written(office):
    """What the matters left in every table, and their entries; the office's journal is of other batches."""
    entered = sorted(tuple(row)[1:] for row in rows(office, Event) if row.case_id)
    return {"events": entered} | {one.__tablename__: Counter(rows(office, one)) for one in FILLED}
