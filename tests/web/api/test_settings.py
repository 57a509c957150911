"""The settings through the API: by the services of their pages, with the scope `admin`, once for a key."""

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import pytest

from states.accounts.scopes import Scope
from tests.administrators import with_three
from tests.builders import DIRECTOR, LIAISON_MAIL, OFFICER, SYSTEM_ADMIN, a_case, rows, stored
from tests.web.api.asking import Programs
from tests.web.test_settings_calendars import NOTICE
from tests.web.test_settings_policies import in_force, reminding_later
from workflow import client
from workflow.services.verification import verify
from workflow.storage.directory_models import RoleRequest, Unit
from workflow.storage.models import OutboxMessage

REFORM = {"on": date(2026, 7, 1), "basis": "滨编发〔2026〕3号"}


def unit(office, code="BH212"):
    return next(one for one in rows(office, Unit) if one.code == code)


@pytest.fixture
def director(client_of):
    return client_of(DIRECTOR).settings


@pytest.fixture
def set_up(office, tmp_path):
    """The settings before the director of an office with a relay and a folder for words of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    relay = {"smtp_url": "smtp://relay.example:25", "mail_allow": ("binhai.example",), "templates": folder}
    told = office.settings.model_copy(update=relay)
    with ExitStack() as stack:
        yield Programs(replace(office, settings=told), stack).client(DIRECTOR).settings


@pytest.mark.parametrize("scopes", [[Scope.WRITE], [Scope.READ]])
def test_the_settings_take_a_scope_of_their_own(programs, scopes):
    with pytest.raises(client.Forbidden) as refused:
        programs.client(DIRECTOR, scopes).settings.add_unit("BH240", "市数据局")
    assert refused.value.code == "scope_missing"


def test_of_a_unit_what_is_sent_is_put_right_and_nothing_else(office, director):
    before = director.unit("BH212")
    director.amend_unit(before, phone="0999-1234567", key="once")
    assert director.amend_unit(before, phone="0999-1234567", key="once")["code"] == "BH212"
    after = director.unit("BH212")
    assert {name for name in after if after[name] != before[name]} == {"phone", "seen"}
    with pytest.raises(client.Conflict) as refused:
        director.amend_unit(before, phone="0999-7654321")
    assert refused.value.code == "line_changed"


def test_what_leads_notices_to_somebody_waits_for_the_second_key(office, client_of):
    with_three(office)
    asks, old = client_of(SYSTEM_ADMIN).settings, unit(office).email
    told = asks.amend_unit(asks.unit("BH212"), email="else@binhai.example")
    assert told["proposed"] and unit(office).email == old
    assert "mail" in {one.change for one in rows(office, RoleRequest)}
    assert asks.unit("BH212")["waiting"]


def test_a_unit_joins_is_renamed_and_merged_after_a_look(office, director):
    case = a_case(office)
    director.add_unit("BH240", "市数据局", parent=unit(office, "BH213").name)
    assert director.unit("BH240")["parent"] == "BH213"
    director.rename_unit("BH240", "市数据管理局", **REFORM)
    looked = director.merge_unit("BH212", "BH240", **REFORM, dry_run=True)
    assert [one["case"] for one in looked["cases"]] == [case.number] and unit(office).valid_to is None
    assert director.merge_unit("BH212", "BH240", **REFORM)["cases"] == looked["cases"]
    assert unit(office).valid_to
    assert {one["code"] for one in verify(office).findings} == {
        "token_unrecorded"
    }  # which the test put there


def test_how_somebody_is_reached_is_put_right(director):
    director.amend_person(director.person("BH212-L"), phone="0999-1111111")
    assert director.person("BH212-L")["phone"] == "0999-1111111"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": "不是邮箱"}, "directory_value_invalid"),
        ({"remark": "绝密"}, "state_secret"),
        ({"phone": "1\n2"}, "request_invalid"),
        ({"nothing": "1"}, "request_invalid"),
        ({"aliases": ["局"] * 51}, "request_invalid"),
    ],
)
def test_what_is_wrong_is_refused_with_its_code(director, changed, code):
    with pytest.raises(client.Invalid) as refused:
        director.amend_unit(director.unit("BH212"), **changed)
    assert refused.value.code == code


def test_a_notice_is_looked_at_loaded_and_its_dates_settled(office, director, tmp_path):
    case, notice = a_case(office), tmp_path / "2026.json"
    notice.write_text(json.dumps(NOTICE))
    due = stored(office, case).facts.due_on
    looked = director.load_calendar(notice, dry_run=True)
    assert looked["new"] and {one["case"] for one in looked["impact"]} == {case.number}
    assert list(director.calendar_impact()) == []
    director.load_calendar(notice)
    assert {one["case"] for one in director.calendar_impact()} == {case.number}
    kept = director.settle("decline", [case.number])
    assert kept["refused"][0]["case"] == case.number and stored(office, case).facts.due_on == due
    settled = director.settle("accept", [case.number, "滨督2026-999"])
    assert [one["case"] for one in settled["done"]] == [case.number] and len(settled["refused"]) == 1
    assert stored(office, case).facts.due_on > due


def test_a_policy_is_examined_by_the_office_and_put_into_force_by_the_director_alone(office, client_of):
    officer, director = client_of(OFFICER).settings, client_of(DIRECTOR).settings
    a_case(office)
    looked = officer.examine_policy(reminding_later(), simulate=True)
    assert looked["ok"] and len(looked["changes"]) == 2 and looked["simulation"]["cases"] == 1
    with pytest.raises(client.Forbidden):
        officer.activate_policy(reminding_later())
    made = director.activate_policy(reminding_later(), authorises=True, key="once")
    assert director.activate_policy(reminding_later(), authorises=True, key="once") == made
    assert in_force(office) == made["reference"] and director.policy_text() == reminding_later()
    assert director.authority()["authorised_by"] and not director.authority()["revoked_at"]
    assert director.revoke_authority("机构调整")["revoked_at"]
    assert director.authorise()["revoked_at"] is None


def test_the_post_is_tried_and_an_address_silenced_and_back(office, set_up):
    set_up.try_mail("somebody@binhai.example")
    assert [one.kind for one in rows(office, OutboxMessage)] == ["trial"]
    set_up.silence(LIAISON_MAIL, "已调离")
    told = set_up.post_office()
    assert (told["relay"], [one["address"] for one in told["silenced"]]) == (
        "relay.example:25",
        [LIAISON_MAIL],
    )
    set_up.lift_silence(LIAISON_MAIL)
    assert set_up.post_office()["silenced"] == []


def test_a_message_is_held_released_and_sent_elsewhere(office, set_up):
    a_case(office)
    first, *_ = waiting = list(set_up.queue("waiting", limit=1))
    assert len(waiting) == len({one["id"] for one in waiting}) == len(rows(office, OutboxMessage))
    with pytest.raises(client.Invalid) as refused:
        set_up.deal_with(first["id"], "hold")
    assert refused.value.code == "reason_missing"
    assert set_up.deal_with(first["id"], "hold", reason="核对收件人")["state"] == "held"
    assert "release" in set_up.message(first["id"])["acts"]
    assert set_up.deal_with(first["id"], "release")["state"] == "queued"
    with pytest.raises(client.Invalid):
        set_up.deal_with(first["id"], "hold", reason="核对", to="else@binhai.example")


def test_words_are_read_checked_saved_and_brought_back(set_up):
    now = set_up.wording("urge")
    own = {**now["texts"], "subject": "【滨海】" + now["texts"]["subject"]}
    assert any("【滨海】" in one["text"] for one in set_up.read_wording("urge", own))
    assert [one for one in set_up.check_wording("urge", own) if one["level"] == "fault"] == []
    saved = set_up.save_wording(now, own)
    assert set_up.wording("urge")["digest"] == saved["digest"] != now["digest"]
    with pytest.raises(client.Conflict) as refused:
        set_up.save_wording(now, own)
    assert refused.value.code == "wording_changed"
    assert set_up.restore_wording(set_up.wording("urge"))["digest"] == now["digest"]
    assert set_up.wording("urge", saved["digest"])["texts"] == own
    assert {one["kind"] for one in set_up.wordings() if one["changed"]} == set()


def test_the_numbers_are_told_as_on_their_page(office, director):
    a_case(office)
    lines = {one["kind"]: one for one in director.numbers()}
    assert lines["事项编号"]["last"] == 1 and not lines["事项编号"]["has_papers"]
    with pytest.raises(client.Invalid) as refused:
        director.series("没有", 2026)
    assert refused.value.code == "series_unknown"
