"""Settings that shape conduct are told by the journal where they change, and no password ever is."""

import json

import pytest

from tests.builders import at, signed
from workflow.services import configuration, evidence, journal
from workflow.services.configuration import effective
from workflow.services.office import Office
from workflow.services.setting_words import LABELS, told_of
from workflow.services.verification import verify
from workflow.settings import Settings
from workflow.storage import journal as journal_rows
from workflow.storage.session import reading

LATER = at(2026, 8, 3)
PASSWORD = "geheim-9"
RELAY = f"smtp://duban:{PASSWORD}@mail.binhai.example:587?tls=starttls"


def told(office):
    with reading(office.engine) as tx:
        entries = journal_rows.entries_of_kind(tx, "configuration_changed")
    return [json.loads(one.payload)["details"]["changes"] for one in entries]


def tell(office, **changed):
    settings = office.settings.model_copy(update=changed)
    configuration.tell(Office(office.engine, settings, office.secret), by=signed(None, LATER))
    return told(office)


def test_an_installation_tells_once_what_it_works_with(office):
    first = tell(office, **told_as_installed(office))
    assert len(first) == 1
    assert first[0]["sweep_seconds"] == {"from": None, "to": "60"}
    assert verify(office).findings == []


def told_as_installed(office):
    """The folder a test's copy lies in is another than its master's."""
    changes = told(office)[0]
    return {name: changes[name]["to"] for name in ("database_url", "files", "secret_file")}


def test_a_setting_that_changes_is_told_from_and_to_and_once(office):
    same = told_as_installed(office)
    tell(office, **same, sweep_seconds=300, auditor_mail="audit@binhai.example")
    changes = tell(office, **same, sweep_seconds=300, auditor_mail="audit@binhai.example")
    assert len(changes) == 2
    assert changes[-1] == {
        "auditor_mail": {"from": None, "to": "audit@binhai.example"},
        "sweep_seconds": {"from": "60", "to": "300"},
    }
    assert tell(office, **same)[-1]["auditor_mail"]["to"] is None


def test_a_number_written_otherwise_is_no_change(office):
    same = told_as_installed(office)
    for seconds in (5, 5.0):
        tell(office, **same, mail_seconds=seconds)
    assert len(told(office)) == 1


def test_no_password_stands_in_history_and_another_one_shows(office):
    same = told_as_installed(office)
    first = tell(office, **same, smtp_url=RELAY)[-1]
    second = tell(office, **same, smtp_url=RELAY.replace(PASSWORD, "another"))[-1]
    assert first["smtp_url"]["to"] == "smtp://duban:***@mail.binhai.example:587?tls=starttls"
    assert list(second) == ["smtp_url_password"]
    assert PASSWORD not in json.dumps(told(office))


@pytest.mark.parametrize(
    "url", [f"smtp://u:{PASSWORD}@host:port", f"postgresql://host/db?password={PASSWORD}", PASSWORD]
)
def test_a_password_is_never_told_wherever_it_stands(office, url):
    settings = office.settings.model_copy(update={"smtp_url": url})
    assert PASSWORD not in json.dumps(effective(settings, office.secret))


def test_another_key_is_no_other_password(office):
    same = told_as_installed(office)
    before = len(tell(office, **same, smtp_url=RELAY))
    evidence.rotate(office, reason="到期更换", by=signed(None, LATER))
    assert len(tell(office, **same, smtp_url=RELAY)) == before


def test_the_journal_says_it_in_words_and_no_code_of_a_password():
    changes = {
        "auditor_mail": {"from": None, "to": "a@b.example"},
        "smtp_url_password": {"from": "k1:0a1b", "to": "k1:2c3d"},
        "sweep_seconds": {"from": "60", "to": None},
    }
    said = journal.sentence_of("configuration_changed", {"changes": changes}, {})
    assert said == (
        "系统设置变动（审计邮箱由未设改为“a@b.example”，邮件服务器的密码已更换，巡查间隔秒数由“60”改为未设）"
    )


@pytest.mark.parametrize(
    ("former", "now", "words"), [(None, "k:1", "密码已设置"), ("k:1", None, "密码已去掉")]
)
def test_a_password_that_comes_or_goes_is_said(former, now, words):
    changes = {"database_url_password": {"from": former, "to": now}}
    assert list(told_of(changes)) == [f"数据库的{words}"]


def test_every_setting_has_a_name():
    assert set(LABELS) == set(Settings.model_fields)
