"""The audit report on the office's own journal: restores, roles of the database, the directory, readings."""

import pytest

from tests.auditing import listed, report_of
from tests.builders import AUDITOR, DIRECTOR, LEADER, OFFICER, a_case, at, scheduled_on, signed
from tests.conftest import DIRECTORY
from tests.services.test_branches import let_go
from tests.services.test_configuration import tell, told_as_installed
from tests.services.test_holds import BUSY, busy  # noqa: F401
from tests.services.test_set_asides import set_aside
from tests.unguarded import behind_the_application
from workflow.services import authorisation, evidence, readings
from workflow.services.directories import import_directory
from workflow.services.holds import LABELS
from workflow.services.redacting import redact
from workflow.services.scheduled import release

JULY_6, JULY_7 = at(2026, 7, 6), at(2026, 7, 7)
HE = "卞知远（R010）"


def test_a_restored_backup_and_the_branch_it_left_are_departures(lost):
    _, restored = lost
    let_go(restored)
    put_back, left = listed(restored, "departures", kind="恢复备份")
    assert put_back["what"].startswith("昨夜.duban，") and put_back["actor"].startswith("系统")
    assert put_back["reason"] == "未记理由"
    assert left["what"] == "保留至第2号检查点，其后有3个检查点存于系统之外，此后由第6号起"
    assert (left["reason"], left["actor"]) == ("磁盘损坏", HE)


@pytest.mark.postgres
def test_the_parting_of_the_database_among_roles_is_a_departure(parted):
    (found,) = listed(parted, "departures", kind="数据库角色")
    assert found["what"].startswith("应用") and found["actor"].startswith("系统")


def test_keys_and_digests_that_were_changed_with_the_reason_and_by_whose_account(office):
    evidence.rotate(office, reason="人员变动", by=signed(None, JULY_6))
    evidence.rotate_signing(office, reason="到期更换", by=signed(None, JULY_6))
    evidence.switch(office, "sm3", reason="国密改造", by=signed(None, JULY_7))
    rows = listed(office, "departures", kind="存证的更换")
    assert [row["reason"] for row in rows] == ["人员变动", "到期更换", "国密改造"]
    assert all(row["actor"].startswith("系统") for row in rows)


def test_a_released_hold_is_told_as_the_journal_tells_it(busy):  # noqa: F811
    scheduled_on(busy, BUSY)
    release(busy, by=signed(OFFICER, BUSY), at=BUSY, reason="年中集中到期，属实")
    (found,) = listed(busy, "departures", kind="巡查")
    assert (found["act"], found["what"]) == ("放行定时巡查", LABELS["unusual"])
    assert found["reason"] == "年中集中到期，属实"


def test_a_matter_the_sweep_set_aside_is_told_in_words(office, monkeypatch):
    case = a_case(office)
    set_aside(office, case, monkeypatch)
    (found,) = listed(office, "departures", kind="巡查")
    assert found["what"] == f"{case.number}，连续3天未能办理"


def test_words_taken_out_of_the_journal_are_a_departure(office):
    authorisation.authorise(office, by=signed(DIRECTOR, JULY_6), at=JULY_6)
    authorisation.revoke(office, by=signed(DIRECTOR, JULY_6), at=JULY_6, reason="某某住院")
    seq = listed(office, "departures", reason="某某住院")[0]["seq"]
    redact(office, None, seq, reason="涉及隐私", by=signed(LEADER, JULY_7), at=JULY_7)
    (found,) = listed(office, "departures", kind="隐去文字")
    assert (found["case"], found["what"]) == ("工作日志", f"第{seq}条的理由")
    assert found["reason"] == "涉及隐私"
    (revoked,) = listed(office, "departures", seq=seq, case="工作日志")
    assert revoked["reason"] == "已隐去"


def test_who_looked_into_how_many_matters_is_told_without_which(office):
    first, second = a_case(office), a_case(office)
    for when in (JULY_6, JULY_7):
        readings.note(office, [first.number, second.number], "show", by=signed(AUDITOR, when))
    readings.note(office, [first.number], "show", by=signed(OFFICER, JULY_7))
    officer, auditor = sorted(listed(office, "readings"), key=lambda row: row["cases"])
    assert (auditor["cases"], auditor["readings"], auditor["first_on"], auditor["last_on"]) == (
        2, 4, "2026-07-06", "2026-07-07",
    )  # fmt: skip
    assert (officer["reader"], officer["cases"], officer["readings"]) == ("吕喆（R011）", 1, 1)


def test_changes_of_the_directory_and_of_settings_are_listed_with_what_they_were(office):
    import_directory(office, DIRECTORY, by=signed(DIRECTOR, JULY_6), at=JULY_6)
    tell(office, **told_as_installed(office), sweep_seconds=300)
    (imported,) = listed(office, "changes", act="导入单位名录", recorded_at="2026-07-06 09:00")
    assert "个单位" in imported["what"] and imported["actor"] == HE
    first, setting = listed(office, "changes", act="系统设置变动")
    assert first["what"].startswith("登记") and setting["what"] == "巡查间隔秒数由“60”改为“300”"


def test_every_setting_that_changed_is_listed_however_many(office):
    told = told_as_installed(office)
    names = {"sweep_seconds": 1, "mail_seconds": 2, "lease_seconds": 3, "office_phone": "1", "mail_allow": ()}
    tell(office, **told, mail_allow=("binhai.example",))
    tell(office, **told, **names)
    (*_, told_last) = listed(office, "changes", act="系统设置变动")
    assert told_last["what"].count("改为") == len(names) and "由“binhai.example”改为未设" in told_last["what"]


def test_an_entry_of_the_journal_past_telling_is_listed_as_such(office):
    tell(office, **told_as_installed(office), sweep_seconds=300)
    seq = listed(office, "changes", act="系统设置变动")[-1]["seq"]
    other = "replace(payload, '\"changes\"', '\"turns\"')"
    changed = f"UPDATE events SET payload = {other} WHERE case_id = 0 AND seq = :seq"
    behind_the_application(office, changed, seq=seq)
    (found,) = listed(office, "deviations")
    assert (found["case"], found["seq"], found["code"]) == ("工作日志", seq, "entry_unreadable")


def test_only_what_the_period_holds_is_listed_of_readings_and_changes(office):
    case = a_case(office)
    readings.note(office, [case.number], "show", by=signed(AUDITOR, at(2026, 6, 30)))
    made = report_of(office, (JULY_6.date(), JULY_7.date()))
    assert (made.sections["readings"], made.sections["changes"]) == ([], [])
