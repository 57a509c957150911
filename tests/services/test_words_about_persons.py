"""Words about a person are for those who handle him, on every road, whatever role somebody else holds."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import event, insert

from states.errors import NotPermitted, Refusal
from states.vocabulary import ADMINISTRATORS, Role
from tests.auditing import report_of
from tests.builders import (
    AUDIT_ADMIN,
    AUDITOR,
    LIAISON,
    OFFICER,
    OPENED,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_receipt,
    at,
    on_escalation,
    raised,
    rows,
    signed,
)
from tests.stories import ADMONITION, GROUND, a_case_to_admonish
from tests.writing import HANDLER, TO_PERSON, brought_to, drafted
from workflow.services import attachments, comparing, explaining, register, timeline
from workflow.services.batch import JOURNAL
from workflow.services.desk import desk
from workflow.services.documents import numbering, showing
from workflow.services.duties import owed
from workflow.services.exporting import export_history
from workflow.services.reading_withheld import read_withheld
from workflow.services.rendering import render_to
from workflow.services.searching import Wanted, search
from workflow.services.seeing import Onlooker
from workflow.storage import queries
from workflow.storage.directory_models import RoleGrant
from workflow.storage.models import Event
from workflow.storage.session import reading, transaction

LATER = at(2026, 9, 1)
OFFICER_CODE = "R011"
SAID = "谈话表态含糊"
SECRETS = (*GROUND.values(), "对逾期事项未研究部署。", SAID)
OTHERS = sorted(set(Role) - ADMINISTRATORS - {Role.ORGANIZATION})


def looking(person):
    return Onlooker(person, LATER)


def holder(office, role):
    """Somebody who holds this role; of the unit's roles those of the unit the matters are with."""
    named = {Role.LIAISON: LIAISON, Role.UNIT_HEAD: UNIT_HEAD, Role.PRINCIPAL: PRINCIPAL}
    with reading(office.engine) as tx:
        held = queries.holders_of(tx, role.value, LATER.date())
    return named.get(role) or next(one.name for one in held if one.name != PRINCIPAL)


@pytest.fixture
def case(office):
    """A matter whose unit's head is to be admonished and was reminded: drafted by one, decided by nobody."""
    case = a_case_to_admonish(office)
    on_escalation(office, "admonition", "draft", HANDLER, ADMONITION, ground=GROUND)
    paper = drafted(office, case, "personal_reminder", TO_PERSON, by=HANDLER, at=ADMONITION)
    brought_to(office, paper, "issued", hands=("童晓棠", PRINCIPAL), at=ADMONITION)
    return case


@pytest.fixture
def admonished(office, case):
    """The same, decided, served and answered."""
    on_escalation(office, "admonition", "approve", PRINCIPAL, ADMONITION)
    on_escalation(office, "admonition", "serve", HANDLER, at(2026, 8, 25), evidence=a_receipt(office))
    on_escalation(office, "admonition", "answer", HANDLER, at(2026, 8, 26), reply=SAID)
    return case


def roads(office, case, person, folder):
    """Whatever is told of a case by any road, as texts by the road's name."""
    by, sign = looking(person), signed(person, LATER)
    number, told = case.number, {}
    roads = {
        "show": lambda: register.show(office, number, today=LATER, by=by),
        "history": lambda: timeline.history(office, number, by=by),
        "explain": lambda: explaining.explain(office, number, today=LATER, by=by),
        "diff": lambda: comparing.compare(office, number, since=OPENED, until=LATER, by=by),
        "search": lambda: search(office, Wanted(), limit=500, by=by).entries,
        "found": lambda: [search(office, Wanted(text=one), by=by).entries for one in SECRETS],
        "attachments": lambda: [one.as_json() for one in attachments.listed(office, number, by=by)],
        "papers": lambda: [showing.show(office, one, at=LATER, by=by) for one in papers_of(office, number)],
        "desk": lambda: desk(office, by=by),
        "todo": lambda: owed(office, day=LATER.date(), person=person),
        "render": lambda: rendered(office, number, "admonition", folder, by=sign, viewer=by),
        "letter": lambda: rendered(office, number, "personal_reminder", folder, by=sign, viewer=by),
        "numbers": lambda: numbering.register(office),
        "csv": lambda: exported(office, folder, "csv", case=number, by=sign),
        "jsonl": lambda: exported(office, folder, "jsonl", case=number, by=sign, words=True),
        "all": lambda: exported(office, folder, "jsonl", by=sign, words=True),
        "audit": lambda: report_of(office, by=person).sections,
    }
    for name, make in roads.items():
        try:
            told[name] = json.dumps(make(), ensure_ascii=False, default=str)
        except Refusal as refusal:
            told[name] = refusal.message
    return told


def rendered(office, number, kind, folder, **looking):
    out = folder / f"{kind}.txt"
    render_to(office, number, kind, out, at=LATER, **looking)
    return out.read_text("utf-8")


def papers_of(office, number):
    return [one["id"] for one in showing.listed(office, case=number)]


def exported(office, folder, form, **asked):
    file = folder / f"{form}{len(list(folder.iterdir()))}.{form}"
    export_history(office, file, form, **asked)
    return file.read_text("utf-8").encode().decode("unicode_escape", "ignore") + file.read_text("utf-8")


def leaks(told, secrets=SECRETS):
    return {(road, one) for road, text in told.items() for one in secrets if one in text}


def test_nobody_but_the_handlers_is_told_by_any_road(office, admonished, tmp_path):
    """The principal decided on the one and signed the other; the person reads what was issued to him."""
    his = {Role.PRINCIPAL: set(SECRETS), Role.UNIT_HEAD: {*GROUND.values(), SAID}}
    for role in OTHERS:
        person = holder(office, role)
        told = leaks(roads(office, admonished, person, tmp_path))
        assert {one for _, one in told} <= his.get(role, set()), (role, told)


def test_the_organization_department_is_told_everything(office, admonished, tmp_path):
    told = roads(office, admonished, HANDLER, tmp_path)
    assert all(one in told["history"] for one in SECRETS)
    assert all(one in told["found"] for one in SECRETS)


def test_others_see_that_there_is_an_entry_and_its_days_and_hashes(office, admonished):
    whole, seen = (timeline.history(office, admonished.number, by=one) for one in (None, looking(OFFICER)))
    alike = ("seq", "kind", "sentence", "occurred_at", "recorded_at", "hash")
    assert [[one[name] for name in alike] for one in seen] == [[one[name] for name in alike] for one in whole]
    (served,) = [one for one in seen if one["kind"] == "escalation_served" and one["withheld"]]
    assert served["details"]["served_on"] == "2026-08-25"
    assert set(served["details"]["evidence"][0]) == {"sha256"}


def read_by(office, person, matter, reason="核查诫勉程序"):
    return read_withheld(office, matter, reason=reason, by=signed(person, LATER))


def test_the_principal_reads_what_he_is_to_decide_on_and_what_he_decided(office, case):
    admonition = "admonition"
    assert GROUND["facts"] in draft_for(office, case, PRINCIPAL)
    on_escalation(office, admonition, "approve", PRINCIPAL, ADMONITION)
    paper = raised(office, admonition).document_id
    assert GROUND["facts"] in showing.show(office, paper, at=LATER, by=looking(PRINCIPAL))["text"]


def draft_for(office, case, person):
    return json.dumps(timeline.history(office, case.number, by=looking(person)), ensure_ascii=False)


def test_once_it_is_decided_another_of_the_deciding_role_reads_nothing(office, case):
    with transaction(office.engine) as tx:
        tx.execute(insert(RoleGrant).values(person=OFFICER_CODE, role=Role.PRINCIPAL.value))
    assert GROUND["facts"] in draft_for(office, case, OFFICER)
    on_escalation(office, "admonition", "approve", PRINCIPAL, ADMONITION)
    assert GROUND["facts"] not in draft_for(office, case, OFFICER)


def test_the_auditor_reads_with_a_reason_that_is_written_down_first(office, admonished):
    measure = raised(office, "admonition")
    told = read_by(office, AUDITOR, measure.document_id)
    assert all(one in json.dumps(told, ensure_ascii=False) for one in (*GROUND.values(), SAID))
    (entry,) = [one for one in rows(office, Event) if one.kind == "withheld_read"]
    assert (entry.case_id, entry.seq) == (JOURNAL, told["journal_seq"])
    assert leaks({"history": draft_for(office, admonished, AUDITOR)}) == set()


def test_a_measure_nobody_decided_on_is_read_by_its_id(office, case):
    told = read_by(office, AUDITOR, raised(office, "admonition").id[:10])
    assert told["text"] is None and GROUND["facts"] in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("reason", [None, "", "机密★10年"])
def test_without_a_reason_nothing_is_shown_and_nothing_written(office, admonished, reason):
    with pytest.raises(Refusal):
        read_by(office, AUDITOR, raised(office, "admonition").document_id, reason)
    assert "withheld_read" not in [one.kind for one in rows(office, Event)]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_else_reads_by_giving_a_reason(office, admonished, role):
    with pytest.raises(NotPermitted):
        read_by(office, holder(office, role), raised(office, "admonition").document_id)


def test_what_concerns_no_person_needs_no_reason(office, admonished):
    with pytest.raises(Refusal) as refused:
        read_by(office, AUDITOR, raised(office, "inquiry").document_id)
    assert refused.value.code == "nothing_withheld"


def test_the_audit_administrator_sees_who_read_and_why_and_not_what(office, admonished):
    read_by(office, AUDITOR, raised(office, "admonition").document_id)
    found = search(office, Wanted(kinds=("withheld_read",)), by=looking(AUDIT_ADMIN)).entries
    assert [one["words"]["details"]["reason"] for one in found] == ["核查诫勉程序"]
    assert leaks({"search": json.dumps(found, ensure_ascii=False)}) == set()


def test_an_export_says_how_many_words_it_keeps_back_and_is_sound(office, admonished, tmp_path):
    file = tmp_path / "all.jsonl"
    export_history(office, file, "jsonl", by=signed(OFFICER, LATER), words=True)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    (entry,) = [one for one in rows(office, Event) if one.kind == "history_exported"]
    kept = sum(one.get("withheld", False) for one in lines)
    assert kept == json.loads(entry.payload)["details"]["words_withheld"] > 0
    done = subprocess.run([sys.executable, file.parent / "verify_history.py", file], check=False)
    assert done.returncode == 0


def queries_for(office, look):
    seen = []

    def count(*_):
        seen.append(1)

    event.listen(office.engine, "before_cursor_execute", count)
    look()
    event.remove(office.engine, "before_cursor_execute", count)
    return len(seen)


def test_a_search_asks_as_often_for_many_measures_as_for_one(office, case):
    def look():
        search(office, Wanted(kinds=("document_drafted",)), by=looking(OFFICER))

    few = queries_for(office, look)
    for _ in range(3):
        drafted(office, a_case(office), "personal_reminder", TO_PERSON, by=HANDLER, at=ADMONITION)
    assert queries_for(office, look) == few
