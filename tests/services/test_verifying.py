"""A reported result on its way to 销号 or back: verified, published, objected to, with its proof."""

import json
from datetime import date

import pytest

from states.errors import NotPermitted, Refusal
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    at,
    bound_by_section,
    give,
    history,
    kinds,
    row_counts,
    rows,
    stored,
)
from workflow.services import timeline
from workflow.services.duties import owed
from workflow.services.register import show
from workflow.services.verification import verify
from workflow.storage.models import Attachment

REPORTED, VERIFIED, PUBLISHED, LAST, AFTER = (at(2026, 7, day) for day in (13, 14, 15, 22, 23))
OTHER_OFFICER, STRANGER = "骆文渊", "祝启明"
NOTICE = '[verification]\nrequired = true\npublic_notice_working_days = { "*" = 5 }\n'
PASSED = {"finding": "passed", "verification": "夜间抽查40盏均亮"}
OBJECTION = {"objection": "三号路口仍不亮", "objector": "望海街道居民"}


@pytest.fixture
def asking(office, tmp_path):
    """The office under a policy that asks for a verification and a notice of five working days."""
    return bound_by_section(office, tmp_path, NOTICE)


def papers(office):
    """A file of before and one of after."""
    before = a_paper_of_proof(office, "整改前照片").rename(office.settings.files.parent / "整改前.txt")
    return {"evidence_before": [before], "evidence_after": [a_paper_of_proof(office, "整改后照片")]}


def verified(office, case, when=VERIFIED, by=OFFICER, **changed):
    found = {"method": "on_site", **PASSED, **papers(office), **changed}
    return give(office, case, "record_verification", by, when, **found)


def closed(office, case, when):
    proof = [a_paper_of_proof(office)]
    return give(office, case, "close_out", DIRECTOR, when, verification="属实", evidence=proof)


def labels(office, person, when):
    (mine,) = owed(office, day=when.date(), person=person).lists
    return [one.label for one in mine.duties]


def test_what_was_asked_is_done_step_by_step_until_the_matter_is_struck_off(asking):
    case = a_case(asking, "verifying", REPORTED)
    assert labels(asking, OFFICER, REPORTED) == ["待核查"]
    verified(asking, case)
    assert labels(asking, OFFICER, VERIFIED) == ["待公示"]
    published = give(asking, case, "publish_result", OFFICER, PUBLISHED, channel="政府网站")
    assert published.facts.public_until == LAST.date()
    assert labels(asking, DIRECTOR, LAST) == ["公示至2026-07-22，期满待销号"]
    assert labels(asking, DIRECTOR, AFTER) == ["待销号"]
    assert closed(asking, case, AFTER).facts.state == "closed"
    assert verify(asking).findings == []


STEPS_LEFT_OUT = [
    ((), AFTER, "verdict_missing"),
    (("verify",), AFTER, "public_notice_missing"),
    (("verify", "publish"), LAST, "public_notice_running"),
    (("verify", "publish", "object"), AFTER, "objection_open"),
    (("verify", "publish", "object", "uphold"), AFTER, "verification_failed"),
]


@pytest.mark.parametrize("example", STEPS_LEFT_OUT, ids=lambda one: one[2])
def test_a_step_left_out_keeps_the_matter_and_leaves_nothing_behind(asking, example):
    steps, when, code = example
    case = a_case(asking, "verifying", REPORTED)
    doing = {
        "verify": lambda: verified(asking, case),
        "publish": lambda: give(asking, case, "publish_result", OFFICER, PUBLISHED, channel="公示栏"),
        "object": lambda: give(asking, case, "record_objection", OFFICER, PUBLISHED, **OBJECTION),
        "uphold": lambda: give(
            asking, case, "settle_objection", OFFICER, LAST, ruling="upheld", opinion="复核确有一处不亮"
        ),
    }
    for step in steps:
        doing[step]()
    a_paper_of_proof(asking)
    before, counts = stored(asking, case), row_counts(asking)
    with pytest.raises(Refusal) as refused:
        closed(asking, case, when)
    assert refused.value.code == code
    assert (stored(asking, case), row_counts(asking)) == (before, counts)


def test_an_objection_dismissed_keeps_nothing_back(asking):
    case = a_case(asking, "verifying", REPORTED)
    verified(asking, case)
    give(asking, case, "publish_result", OFFICER, PUBLISHED, channel="公示栏")
    give(asking, case, "record_objection", OFFICER, LAST, **OBJECTION)
    assert labels(asking, OFFICER, LAST) == ["待处理异议"]
    give(asking, case, "settle_objection", OFFICER, LAST, ruling="dismissed", opinion="该路口另案整改")
    assert closed(asking, case, AFTER).facts.state == "closed"


def test_an_office_that_asks_nothing_may_verify_all_the_same(office):
    case = a_case(office, "verifying", REPORTED)
    failed = verified(office, case, finding="failed", verification="三处仍不亮")
    assert (failed.facts.verdict, failed.facts.verified_by) == ("failed", "R011")
    with pytest.raises(Refusal) as refused:
        closed(office, case, VERIFIED)
    assert refused.value.code == "verification_failed"
    again = verified(office, case, PUBLISHED, OTHER_OFFICER)
    assert (again.facts.verdict, again.facts.verified_on) == ("passed", date(2026, 7, 15))
    assert closed(office, case, PUBLISHED).facts.closed_by == "R010"


def test_what_was_before_and_after_is_kept_and_listed_with_the_entry(office):
    case = verified(office, a_case(office, "verifying", REPORTED))
    mine = [row.name for row in rows(office, Attachment) if (row.case_id, row.seq) == (case.id, case.seq)]
    assert sorted(mine) == ["整改前.txt", "路灯修复验收单.txt"]
    details = json.loads(history(office, case)[-1].payload)["details"]
    assert [one["name"] for one in details["evidence_before"]] == ["整改前.txt"]
    assert verify(office).findings == []


def test_a_file_of_before_that_was_lost_is_missed(office):
    case = verified(office, a_case(office, "verifying", REPORTED))
    digest = json.loads(history(office, case)[-1].payload)["details"]["evidence_before"][0]["sha256"]
    (office.settings.files / digest[:2] / digest[2:4] / digest).unlink()
    assert {one["code"] for one in verify(office).findings} == {"file_lost"}


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD, DIRECTOR, STRANGER])
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("record_verification", {"method": "document", **PASSED}),
        ("publish_result", {"channel": "公示栏", "public_until": date(2026, 7, 22)}),
        ("record_objection", OBJECTION),
        ("settle_objection", {"ruling": "dismissed", "opinion": "不成立"}),
    ],
)
def test_only_officers_verify_and_publish(office, person, command, words):
    case = a_case(office, "verifying", REPORTED)
    with pytest.raises(NotPermitted):
        give(office, case, command, person, VERIFIED, **words)


def test_what_is_missing_is_told_to_the_unit_until_it_reports_again(office):
    case = a_case(office, "verifying", REPORTED)
    missing = ("三号路口6盏未亮", "验收单无签字")
    give(office, case, "return_for_rework", OFFICER, VERIFIED, reason="抽查不合格", missing=missing)
    told = show(office, case.number, today=VERIFIED)
    assert told["still_missing"] == ["抽查不合格", *missing]
    assert "三号路口" not in history(office, case)[-1].payload
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, PUBLISHED, result="已补齐", evidence=proof)
    assert show(office, case.number, today=PUBLISHED)["still_missing"] == []
    assert (
        show(office, case.number, today=PUBLISHED, as_of=VERIFIED)["still_missing"] == told["still_missing"]
    )


def test_the_course_of_a_verification_is_shown_with_its_words_and_told_in_sentences(asking):
    case = a_case(asking, "verifying", REPORTED)
    verified(asking, case, method="third_party", verified_by_name="滨海市照明检测中心")
    give(asking, case, "publish_result", OFFICER, PUBLISHED, channel="政府网站")
    first, second = show(asking, case.number, today=PUBLISHED)["checks"]
    assert (first["method_label"], first["finding_label"]) == ("第三方评估", "属实")
    assert first["verified_by_name"] == "滨海市照明检测中心"
    assert (second["channel"], second["public_until"]) == ("政府网站", "2026-07-22")
    sentences = [one["sentence"] for one in timeline.history(asking, case.number)]
    assert sentences[-2:] == ["登记核查情况（第三方评估，属实）", "公示办理结果"]
    assert kinds(asking, case)[-2:] == ["verification_recorded", "result_published"]


def test_what_was_checked_of_a_completion_sent_back_is_told_as_counting_no_more(office):
    case = a_case(office, "verifying", REPORTED)
    verified(office, case)
    assert [one["lapsed"] for one in show(office, case.number, today=VERIFIED)["checks"]] == [False]
    give(office, case, "return_for_rework", OFFICER, VERIFIED, reason="抽查不合格")
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, PUBLISHED, result="已补齐", evidence=proof)
    verified(office, case, PUBLISHED)
    assert [one["lapsed"] for one in show(office, case.number, today=PUBLISHED)["checks"]] == [True, False]
