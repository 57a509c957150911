"""Looking an installation over: every fault is named with what to do, and none raises."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, update

from tests.builders import LEAD, a_case, at, rows, signed, under_policy
from tests.postbox import open_postbox
from workflow.services.calendars import load
from workflow.services.digests import send_digests
from workflow.services.doctor import FAULT, OK, WARNING, examine
from workflow.services.installation import install
from workflow.services.outbox.sending import send_due
from workflow.signing import on_paper, read_signing_key, signing_file
from workflow.storage import queries, rules
from workflow.storage.models import CalendarVersion
from workflow.storage.session import transaction

TODAY = at(2026, 7, 1).date()
TEMPLATES = Path(__file__).parents[2] / "templates"


def findings(office, today=TODAY, **changed):
    """Level and message of each check."""
    settings = office.settings.model_copy(update=changed)
    found = {}
    for one in examine(settings, today=today):
        found.setdefault(one.check, []).append((one.level, one.message))
    return found


def test_a_sound_installation_has_no_fault(office):
    found = findings(office, smtp_url="smtp://127.0.0.1:25", mail_allow=("binhai.example",))
    assert [found[check] for check in ("calendar", "stationery", "mail")] == [[(OK, "正常")]] * 3
    assert found["database"][0][0] == OK
    assert not any(level == FAULT for one in found.values() for level, _ in one)


def test_checkpoints_that_go_nowhere_are_a_warning_and_the_key_is_told(office):
    (folder, key) = findings(office)["evidence"]
    assert (folder[0], "DUBAN_CHECKPOINT_DIR" in folder[1]) == (WARNING, True)
    assert (key[0], on_paper(read_signing_key(office.settings.secret_file).public) in key[1]) == (OK, True)


def test_a_checkpoint_folder_is_looked_over(office, tmp_path):
    (tmp_path / "outside").mkdir()
    levels = [level for level, _ in findings(office, checkpoint_dir=tmp_path / "outside")["evidence"]]
    assert levels[0] == OK
    assert levels[1] == (WARNING if office.engine.dialect.name == "sqlite" else OK)  # the same disk
    (gone, _) = findings(office, checkpoint_dir=tmp_path / "none")["evidence"]
    assert (gone[0], "duban migrate" in gone[1]) == (WARNING, True)


def test_a_checkpoint_folder_that_cannot_be_written_is_a_warning(office, tmp_path, monkeypatch):
    monkeypatch.setattr("workflow.services.checkpoint_files.NamedTemporaryFile", _full)
    ((level, message), *_) = findings(office, checkpoint_dir=tmp_path)["evidence"]
    assert (level, "无法写入" in message) == (WARNING, True)


def _full(*_, **__):
    raise OSError("read-only file system")


def test_a_lost_signing_key_is_a_fault(office):
    signing_file(office.settings.secret_file).unlink()
    assert findings(office)["evidence"][-1][0] == FAULT


def test_no_cap_on_what_units_are_asked_to_report_is_said_with_the_way_to_set_one(office, tmp_path):
    ((level, message),) = findings(office)["burden"]
    assert (level, "reports_per_unit_month" in message) == (OK, True)
    own = under_policy(office, tmp_path, "cosign = false", "reports_per_unit_month = 30")
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    assert findings(office)["burden"] == [(OK, "正常")]


def test_mail_that_cannot_leave_is_a_warning(office):
    levels, messages = zip(*findings(office)["mail"], strict=True)
    assert levels == (WARNING, WARNING)
    assert "DUBAN_SMTP_URL" in messages[0]
    assert "DUBAN_MAIL_ALLOW" in messages[1]


def test_a_relay_s_address_that_is_none_is_a_fault(office):
    ((level, message),) = findings(office, smtp_url="mail.binhai.example", mail_allow=("*",))["mail"]
    assert (level, "smtp://" in message) == (FAULT, True)


def test_units_that_cannot_be_written_to_are_named(office):
    a_case(office, "assigned")
    with transaction(office.engine) as tx:
        tx.execute(update(queries.UNIT).values(email=None))
    reachable = {"smtp_url": "smtp://127.0.0.1:25", "mail_allow": ("*",)}
    ((level, message),) = findings(office, **reachable)["mail"]
    assert (level, "1个单位" in message, LEAD in message) == (WARNING, True, True)


@pytest.mark.parametrize(("today", "warned"), [(date(2026, 10, 31), False), (date(2026, 11, 2), True)])
def test_a_coming_year_without_announced_holidays_is_a_warning_two_months_ahead(office, today, warned):
    ((level, message),) = findings(office, today)["calendar"]
    assert (level == WARNING, "2027年" in message, "duban calendar import" in message) == (warned,) * 3


def test_open_cases_that_run_into_an_unannounced_year_are_counted(office):
    for due in (date(2027, 3, 1), date(2027, 5, 10), date(2026, 9, 1)):
        a_case(office, "assigned", due_on=due)
    a_case(office, "closed", due_on=date(2028, 3, 1))
    ((level, message),) = findings(office)["calendar"]
    assert (level, "2027年" in message, "2件" in message) == (WARNING, True, True)


def test_a_year_loaded_meanwhile_is_missed_no_more(office, tmp_path):
    a_case(office, "assigned", due_on=date(2027, 3, 1))
    notice = tmp_path / "2027.csv"
    notice.write_text("日期,类型\n2027-01-01,放假\n", encoding="utf-8")
    load(office, notice, by=signed(None), at=at(2026, 7, 1))
    assert findings(office)["calendar"] == [(OK, "正常")]


def test_a_calendar_that_was_changed_is_a_fault_and_the_rest_is_still_looked_over(office):
    kept = dict(rows(office, CalendarVersion)[0]._mapping)
    broken = kept | {"version": "broken", "content": "{}", "previous": kept["version"]}
    with transaction(office.engine) as tx:
        tx.execute(insert(rules.CALENDAR).values(broken))
    found = findings(office)
    assert (found["calendar"][0][0], "维护人员核查" in found["calendar"][0][1]) == (FAULT, True)
    assert found["policy"] == [(OK, "正常")]


@pytest.mark.parametrize("kind", ["reminder", "admonition"])
def test_a_wording_that_cannot_be_read_is_a_fault(office, tmp_path, kind):
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "notices" / f"{kind}.txt.j2").write_text("{{ 没有这个 }}", encoding="utf-8")
    ((level, message),) = findings(office, templates=folder)["stationery"]
    assert (level, bool(message)) == (FAULT, True)


def test_a_database_nobody_migrated_is_the_one_thing_said(office, bare_database):
    ((level, message),) = findings(office, database_url=bare_database)["installation"]
    assert (level, "初始化或升级" in message) == (FAULT, True)


def test_a_lost_key_is_the_one_thing_said(office):
    office.settings.secret_file.unlink()
    found = findings(office)
    assert list(found) == ["installation"]
    assert "密钥" in found["installation"][0][1]


def test_a_database_that_is_away_is_a_fault_not_a_crash(office):
    ((level, message),) = findings(office, database_url="postgresql://127.0.0.1:9/duban")["installation"]
    assert (level, "数据库" in message) == (FAULT, True)


def test_a_policy_that_leaves_a_state_without_a_clock_is_a_warning(office, tmp_path):
    settings = under_policy(office, tmp_path, 'verifying = "', 'elsewhere = "')
    install(settings, by=signed(None, at(2026, 7, 2))).engine.dispose()
    found = findings(office)["policy"]
    assert {level for level, _ in found} == {WARNING}
    assert any("待审核" in message for _, message in found)


@pytest.mark.mail
def test_a_list_that_did_not_get_there_is_told_as_it_is_on_nobody_s_list(office):
    a_case(office, "assigned", at(2026, 7, 1))
    send_digests(office, at=at(2026, 7, 3), by=signed(None, at(2026, 7, 3)), once=True)
    with open_postbox(office, *["550 5.1.1 no such user"] * 9) as (home, _):
        send_due(home, clock=lambda: at(2026, 7, 3), by=signed(None, at(2026, 7, 3)))
    told = [message for level, message in findings(office)["mail"] if level == WARNING]
    assert any("不属于事项的邮件" in message and "outbox list" in message for message in told)


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("channels", {"群": SecretStr("nothing://x")}, "通道"),
        ("channel_allow", ("bad host",), "允许名单"),
        ("bounce_mailbox", SecretStr("imap:nothing"), "邮箱地址不可用"),
        ("mail_bounces", f"{'a' * 40}@binhai.example", "退信"),
    ],
)
def test_what_carries_mails_is_looked_over(office, setting, value, told):
    faults = [message for level, message in findings(office, **{setting: value})["mail"] if level == FAULT]
    assert any(told in message for message in faults)
