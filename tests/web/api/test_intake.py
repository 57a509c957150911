"""The intake of the API: what a platform's program hands in, is answered, and may ask; and the inbox."""

from base64 import b64encode
from datetime import timedelta

import httpx
import pytest

from states.accounts.scopes import Scope
from tests.builders import DIRECTOR, LIAISON, OFFICER, rows
from tests.intake import CONTACT, HOTLINE
from tests.web.api.asking import V1
from tests.web.browsing import PATIENCE, account_of
from workflow import client
from workflow.services.accounts.api_tokens import Asked, new_row, new_secret
from workflow.storage import api_tokens
from workflow.storage.account_models import DoneForm
from workflow.storage.intake_models import IntakeItem
from workflow.storage.models import Case, Event
from workflow.storage.session import transaction

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
JSON = {"Content-Type": "application/json"}
BODY = {"external_id": "RX-0001", "title": "学府路积水", "text": "逢雨积水约三十厘米。", "call_back": True}


@pytest.fixture
def platform(programs):
    """Makes the program of a platform, with these scopes."""
    made = []

    def of(name=HOTLINE, scopes=(Scope.INTAKE,)):
        secret = new_secret()
        asked = Asked(name, frozenset(scopes), 30)
        row = new_row(secret, account_of(programs.office, DIRECTOR), asked, programs.now)
        with transaction(programs.office.engine) as tx:
            api_tokens.add(tx, **row, machine=True, waits=False, by_provider=False, units=())
        bears = {"Authorization": f"Bearer {secret}"}
        made.append(httpx.Client(base_url=programs.url, headers=bears, timeout=PATIENCE))
        return made[-1]

    yield of
    for one in made:
        one.close()


def hand_in(program, key="k1", **changed):
    return program.post(f"{V1}/intake", json={**BODY, **changed}, headers={"Idempotency-Key": key})


def test_an_item_is_handed_in_and_asked_after_by_its_own_id(office, platform):
    program = platform()
    answer = hand_in(program)
    told = answer.json()
    assert (answer.status_code, told["fate"], told["state"], told["source"]) == (
        201,
        "new",
        "waiting",
        HOTLINE,
    )
    assert answer.headers["location"] == told["links"]["self"] == f"{V1}/intake/RX-0001"
    asked = program.get(told["links"]["self"]).json()
    assert [one["step"] for one in asked["steps"]] == ["received"] and rows(office, Case) == []


def test_the_same_again_is_answered_with_what_became_of_it(office, platform):
    program = platform()
    first = hand_in(program)
    assert hand_in(program).headers["idempotency-replayed"] == "true"
    again = hand_in(program, key="k2")
    assert (again.status_code, again.json()["fate"]) == (200, "again")
    more = hand_in(program, key="k3", text="今天又积水。")
    assert (more.json()["fate"], more.json()["supplements"]) == ("supplement", 1)
    assert {one.json()["id"] for one in (first, again, more)} == {rows(office, IntakeItem)[0].id}


def test_a_platform_sees_its_own_items_alone(platform):
    one, other = platform(), platform("信访系统")
    for number in range(3):
        hand_in(one, key=f"k{number}", external_id=f"RX-{number}")
    leaf = one.get(f"{V1}/intake", params={"limit": 2}).json()
    rest = one.get(f"{V1}/intake", params={"limit": 2, "cursor": leaf["next"]}).json()
    assert [item["external_id"] for item in leaf["items"] + rest["items"]] == ["RX-0", "RX-1", "RX-2"]
    assert other.get(f"{V1}/intake").json()["items"] == [] and rest["next"] is None
    assert other.get(f"{V1}/intake/RX-0").json()["code"] == "intake_unknown"


def test_another_token_of_the_same_name_goes_on_for_it(platform):
    hand_in(platform())
    assert platform().get(f"{V1}/intake/RX-0001").status_code == 200


def test_attachments_are_looked_through_like_every_file(office, platform):
    program = platform()
    fine = {"name": "说明.txt", "content": b64encode("积水照片".encode()).decode()}
    secret = {"name": "说明.txt", "content": b64encode("机密★10年".encode()).decode()}
    assert hand_in(program, attachments=[{**fine, "name": "a.exe"}]).json()["code"] == "file_type"
    assert hand_in(program, attachments=[secret]).json()["code"] == "state_secret"
    assert hand_in(program, attachments=[{**fine, "content": "?"}]).json()["code"] == "file_not_base64"
    assert rows(office, IntakeItem) == [] and hand_in(program, attachments=[fine]).status_code == 201


@pytest.mark.parametrize(
    "changed", [{"source": "市长信箱"}, {"title": ""}, {"occurred_at": "2026-07-01"}, {"external_id": "a/b"}]
)
def test_a_body_that_is_wrong_is_refused(platform, changed):
    assert hand_in(platform(), **changed).status_code == 422


def test_what_is_wrong_with_a_body_is_told_by_place_and_reason(platform):
    wrong = {"received_at": "2026-11-27T09:12:00", "attachments": ["http://a"], "applicant": {"idcard": "1"}}
    answer = hand_in(platform(), **wrong, title="长" * 3000, text=None).json()
    told = {place: one["code"] for place, one in answer["facts"]["errors"].items()}
    assert told == {
        "text": "missing",
        "title": "string_too_long",
        "received_at": "timezone_aware",
        "applicant.idcard": "extra_forbidden",
        "attachments.0": "model_attributes_type",
    }
    assert "received_at（须带时区" in answer["message"]
    broken = platform().post(f"{V1}/intake", content=b'{"a":', headers={**JSON, "Idempotency-Key": "k2"})
    assert broken.json()["message"] == "请求中有的内容不对：body（不是有效的JSON），请更正。"


def test_null_is_as_if_it_were_not_there(platform):
    program, nothing = platform(), {"category": None, "attachments": None, "call_back": None}
    answer = hand_in(program, **nothing, applicant={"name": None, "contact": CONTACT})
    assert answer.status_code == 201
    assert hand_in(program, "k2", call_back=False, applicant={"contact": CONTACT}).json()["fate"] == "again"


def test_only_a_machine_with_the_scope_hands_in(programs, platform):
    reader = platform(scopes=(Scope.READ,))
    assert hand_in(reader).json()["code"] == "scope_missing"
    person = programs.asks(OFFICER, (Scope.WRITE, Scope.INTAKE))
    assert hand_in(person).json()["code"] == "intake_by_machine"
    handing = platform()
    for path in ("cases", "inbox", "audit/entries"):
        assert handing.get(f"{V1}/{path}").json()["code"] == "scope_missing"


def act(program, item, what, **given):
    path = f"{V1}/inbox/{item}/{what}"
    return program.post(path, json=given, headers={"Idempotency-Key": f"{item}-{what}"})


def test_an_officer_deals_with_an_item_through_the_interface(office, programs, platform):
    source, officer = platform(), programs.client(OFFICER)
    item = hand_in(source).json()["id"]
    programs.now += timedelta(hours=1)
    lying = officer.get("/inbox")
    assert (lying["waiting"], lying["items"][0]["id"]) == (1, item)
    made = officer.post(f"/inbox/{item}/register", {"title": "整治积水", "source": HOTLINE, "seen": 0})
    assert made["state"] == "registered" and rows(office, Case)[0].number == made["number"]
    told = source.get(f"{V1}/intake/RX-0001").json()
    assert (told["state"], told["number"]) == ("registered", made["number"])
    entry = next(one for one in rows(office, Event) if one.kind == "intake_received")
    assert f'"machine":"{HOTLINE}"' in entry.payload and '"door":"api"' in entry.payload


def test_no_answer_that_is_kept_names_whoever_turned_to_the_platform(office, programs, platform):
    item = hand_in(platform(), applicant={"contact": CONTACT}).json()["id"]
    officer = programs.client(OFFICER)
    assert officer.get(f"/inbox/{item}")["came"]["applicant"]["contact"] == CONTACT
    officer.post(f"/inbox/{item}/register", {"title": "整治积水", "source": HOTLINE})
    assert CONTACT not in "".join(one.answer or "" for one in rows(office, DoneForm))


def test_an_item_is_joined_returned_and_noted_through_the_interface(office, programs, platform):
    source, officer = platform(), programs.client(OFFICER)
    ids = [hand_in(source, key=f"k{n}", external_id=f"RX-{n}", title=f"甲{n}").json()["id"] for n in range(3)]
    number = officer.post(f"/inbox/{ids[0]}/register", {"title": "整治积水", "source": HOTLINE})["number"]
    assert officer.post(f"/inbox/{ids[1]}/join", {"number": number})["state"] == "joined"
    assert (
        officer.post(f"/inbox/{ids[2]}/return", {"reason": "不属本办"})["steps"][-1]["reason"] == "不属本办"
    )
    hand_in(source, key="k9", external_id="RX-0", text="补充")
    assert officer.get(f"/inbox/{ids[0]}")["supplements"][0]["seen"] is False
    officer.post(f"/inbox/{ids[0]}/note", {"seen": 1})
    assert officer.get(f"/inbox/{ids[0]}")["supplements"][0]["seen"] is True


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("register", {"title": "a\x00b", "source": "热线"}),
        ("join", {"number": "a\x00b"}),
        ("return", {"reason": "\u202e倒过来"}),
    ],
)
def test_what_no_eye_sees_is_refused(programs, platform, act, given):
    item = hand_in(platform()).json()["id"]
    officer, keyed = programs.asks(OFFICER), {"Idempotency-Key": "k"}
    answer = officer.post(f"{V1}/inbox/{item}/{act}", json=given, headers=keyed)
    assert (answer.status_code, answer.json()["code"]) == (422, "text_invalid")


def test_nobody_else_sees_the_inbox(programs, platform):
    item = hand_in(platform()).json()["id"]
    liaison = programs.asks(LIAISON)
    assert liaison.get(f"{V1}/inbox/{item}").json()["code"] == "intake_not_permitted"
    assert act(liaison, item, "return", reason="不办").json()["code"] == "intake_not_permitted"


def test_a_file_of_an_item_is_had_by_its_hash(programs, platform):
    told = {"name": "说明.txt", "content": b64encode("积水照片".encode()).decode()}
    item = hand_in(platform(), attachments=[told]).json()["id"]
    officer = programs.client(OFFICER)
    (file,) = officer.get(f"/inbox/{item}")["came"]["files"]
    found = officer.file(f"/inbox/{item}/files/{file['sha256']}")
    assert (found.name, found.data.decode()) == ("说明.txt", "积水照片")


def test_words_of_an_item_are_taken_away_by_somebody_else_than_dealt_with_it(office, programs, platform):
    item = hand_in(platform()).json()["id"]
    programs.client(OFFICER).post(f"/inbox/{item}/return", {"reason": "不属本办"})
    assert act(programs.asks(OFFICER), item, "redaction", reason="有住址").status_code == 403
    done = programs.client(DIRECTOR).post(f"/inbox/{item}/redaction", {"reason": "有住址"})
    assert done["bodies"] == 1 and BODY["text"] not in rows(office, IntakeItem)[0].content


@pytest.mark.parametrize("settled", [False, True])
def test_whoever_deals_with_items_leaf_by_leaf_comes_to_all_of_them(programs, platform, settled):
    source, officer = platform(), programs.client(OFFICER)
    ids = [hand_in(source, key=f"k{n}", external_id=f"RX-{n}").json()["id"] for n in range(5)]
    for one in ids if settled else ():
        programs.now += timedelta(minutes=1)
        officer.post(f"/inbox/{one}/return", {"reason": "不办"})
    met = []
    for one in officer.each("/inbox", limit=2, settled=settled):
        met.append(one["id"])
        if not settled:
            officer.post(f"/inbox/{one['id']}/return", {"reason": "不办"})
    assert sorted(met) == sorted(ids) and met == (ids[::-1] if settled else met)


def test_a_leaf_leads_back_to_the_one_before(programs, platform):
    source, officer = platform(), programs.client(OFFICER)
    for n in range(5):
        hand_in(source, key=f"k{n}", external_id=f"RX-{n}")
    first = officer.get("/inbox", limit=2)
    second = officer.get("/inbox", limit=2, cursor=first["next"])
    assert officer.get("/inbox", limit=2, cursor=second["prev"])["items"] == first["items"]
    assert first["prev"] is None and second["waiting"] == 5
    for wrong in ("after.1", "before.x.y", "beside.1.a", "after.99999999999999999999.a"):
        with pytest.raises(client.Invalid):
            officer.get("/inbox", cursor=wrong)
