"""A file of a case goes to whoever may see the entry it came with; to anybody else it is not there."""

import pytest

from states.errors import NotPermitted
from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    signed,
)
from tests.stories import ADMONITION, GROUND, a_case_to_admonish
from workflow.errors import FileRefused, NotFound
from workflow.services import attachments, retention
from workflow.services.files import Given
from workflow.services.seeing import Onlooker

LATER = at(2026, 9, 1)
OTHER_LIAISON, ORGANIZATION = "BH213-L", "颜秉文"
SECRET = "内部研判材料"


def looking(person):
    return None if person is None else Onlooker(person, LATER)


def listed(office, case, person=None):
    return attachments.listed(office, case.number, by=looking(person))


def fetched(office, number, sha256, person):
    return attachments.fetched(office, number, sha256, by=looking(person))


def refusal_of(office, number, sha256, person):
    with pytest.raises(NotFound) as refused:
        fetched(office, number, sha256, person)
    return refused.value.code, refused.value.message, refused.value.facts


@pytest.fixture
def case(office):
    """A case with a report's file, and one beside a comment the office keeps to itself."""
    case = a_case(office)
    proof = a_paper_of_proof(office)
    give(office, case, "report_progress", LIAISON, progress="已修复120盏", evidence=[proof])
    return give(office, case, "comment", OFFICER, text="见附件", evidence=[a_paper_of_proof(office, SECRET)])


def test_a_file_is_listed_with_who_brought_it_and_fetched_whole(office, case):
    report, comment = listed(office, case, OFFICER)
    assert (report.name, report.media_type, report.actor_name) == (
        "路灯修复验收单.txt",
        "text/plain",
        LIAISON,
    )
    assert (report.particular, report.standing, report.withheld) == ("evidence", True, False)
    found = fetched(office, case.number, comment.sha256, OFFICER)
    assert (found.name, found.data.decode()) == (comment.name, SECRET)


@pytest.mark.parametrize("person", [None, OFFICER, DIRECTOR, AUDITOR])
def test_the_office_and_the_auditor_have_every_file(office, case, person):
    assert len(listed(office, case, person)) == 2


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD])
def test_its_unit_has_no_file_of_an_entry_that_is_hidden_from_it(office, case, person):
    report, comment = listed(office, case)
    assert [one.sha256 for one in listed(office, case, person)] == [report.sha256]
    assert fetched(office, case.number, report.sha256, person).data
    assert refusal_of(office, case.number, comment.sha256, person)[0] == "attachment_unknown"


def test_what_is_foreign_hidden_or_nowhere_is_refused_in_the_same_words(office, case):
    other = a_case(office)
    report, comment = listed(office, case)
    asked = [
        (case.number, report.sha256, OTHER_LIAISON),
        (case.number, comment.sha256, LIAISON),
        (case.number, "0" * 64, OFFICER),
        (case.number, "../../duban.secret", OFFICER),
        (other.number, report.sha256, OFFICER),
        ("滨督2026-999", report.sha256, OFFICER),
    ]
    assert len({str(refusal_of(office, *one)) for one in asked}) == 1


def test_a_case_of_others_has_no_list_either(office, case):
    with pytest.raises(NotFound) as foreign:
        listed(office, case, OTHER_LIAISON)
    with pytest.raises(NotFound) as absent:
        attachments.listed(office, "滨督2026-999", by=looking(OTHER_LIAISON))
    assert foreign.value.code == absent.value.code == "case_unknown"
    assert foreign.value.message == absent.value.message.replace("滨督2026-999", case.number)


def test_somebody_there_is_not_is_named_as_such(office, case):
    with pytest.raises(NotFound) as refused:
        fetched(office, case.number, listed(office, case)[0].sha256, "无此人")
    assert refused.value.code != "attachment_unknown"


def test_files_about_a_person_go_to_his_handlers_himself_and_who_gave_them(office):
    case = a_case_to_admonish(office)
    on_escalation(office, "admonition", "approve", PRINCIPAL, ADMONITION, ground=GROUND)
    receipt = a_paper_of_proof(office, "诫勉书送达回执")
    on_escalation(office, "admonition", "serve", ORGANIZATION, ADMONITION, evidence=[receipt])
    last = listed(office, case)[-1]
    for person in (None, ORGANIZATION, PRINCIPAL, UNIT_HEAD):
        assert fetched(office, case.number, last.sha256, person).data
    for person in (OFFICER, CLERK, AUDITOR):
        assert listed(office, case, person)[-1].withheld
        assert refusal_of(office, case.number, last.sha256, person)[0] == "attachment_unknown"
    assert last.sha256 not in [one.sha256 for one in listed(office, case, LIAISON)]


def test_of_a_sealed_case_nothing_is_handed_out_to_others(office):
    case, when = a_case(office, "archived"), at(2057, 1, 4)
    sha256 = listed(office, case)[0].sha256
    retention.seal(office, case.number, reason="经鉴定", by=signed(DIRECTOR, when), at=when)
    assert refusal_of(office, case.number, sha256, OFFICER)[0] == "attachment_unknown"
    with pytest.raises(NotPermitted) as refused:
        fetched(office, case.number, sha256, None)
    assert refused.value.code == "matter_sealed"
    assert fetched(office, case.number, sha256, AUDITOR).data


def test_a_file_that_was_taken_back_is_still_there_and_says_so(office, case):
    report = listed(office, case)[0]
    words = {"field": "evidence", "old": report.name, "new": "空", "entry": report.seq, "reason": "误附"}
    give(office, case, "correct", OFFICER, at(2026, 7, 2), **words)
    assert [one.standing for one in listed(office, case)] == [False, True]
    assert fetched(office, case.number, report.sha256, OFFICER).data


def test_a_lost_or_changed_file_is_no_secret_to_who_may_have_it(office, case):
    sha256 = listed(office, case)[0].sha256
    place = office.settings.files / sha256[:2] / sha256[2:4] / sha256
    place.chmod(0o600)
    place.write_bytes(b"312 of 312")
    with pytest.raises(FileRefused) as refused:
        fetched(office, case.number, sha256, OFFICER)
    assert refused.value.code == "file_changed"
    place.unlink()
    assert refusal_of(office, case.number, sha256, OFFICER)[0] == "file_lost"


def test_a_file_is_listed_under_a_name_that_is_safe(office, tmp_path):
    path = tmp_path / "received"
    path.write_text("路灯", encoding="utf-8")
    evil = Given(path, "..\\..\\灯\u202etxt.exe\r\nX: 1.txt")
    case = give(office, a_case(office), "report_progress", LIAISON, progress="1", evidence=[evil])
    assert [one.name for one in listed(office, case)] == ["灯txt.exeX_ 1.txt"]
