"""What comes with one act and what a case holds is bounded, through every command that takes files."""

import pytest

from states import attachments
from states.errors import FactInvalid
from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    give,
    on_escalation,
    row_counts,
    rows,
    stored_files,
)
from tests.stories import INQUIRY, QUESTION, SERVED, a_case_to_ask
from workflow.storage.models import Attachment


def report(office, case, *paths):
    return give(office, case, "report_progress", LIAISON, progress="已修复120盏", evidence=list(paths))


def papers(office, count):
    folder = office.settings.files.parent
    paths = [folder / f"验收单{place}.txt" for place in range(count)]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
    return paths


def code_of(call, *words, **more):
    with pytest.raises(FactInvalid) as refused:
        call(*words, **more)
    return refused.value.code


def test_so_many_files_come_with_an_act_and_none_more(office):
    case, paths = a_case(office), papers(office, attachments.MAX_FILES + 1)
    counts, kept = row_counts(office), stored_files(office)
    assert code_of(report, office, case, *paths) == "too_many_files"
    assert row_counts(office) == counts and stored_files(office) == kept
    report(office, case, *paths[:-1])
    assert len(rows(office, Attachment)) == attachments.MAX_FILES


def test_before_and_after_are_counted_together(office):
    case, paths = a_case(office, "verifying"), papers(office, attachments.MAX_FILES + 1)
    proof = {"evidence_before": paths[:20], "evidence_after": paths[20:]}
    given = {"method": "site", "finding": "passed", "verification": "现场查看", **proof}
    assert code_of(give, office, case, "record_verification", OFFICER, **given) == "too_many_files"


def test_files_that_are_too_large_together_are_refused_unread(office, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_ACT_BYTES", 40)
    assert code_of(report, office, a_case(office), *papers(office, 3)) == "files_too_large"


def test_a_case_holds_so_much_and_the_same_file_once(office, monkeypatch):
    case, other = a_case(office), a_case(office)
    first, second = papers(office, 2)
    report(office, case, first)
    monkeypatch.setattr(attachments, "MAX_CASE_BYTES", first.stat().st_size)
    report(office, case, first)
    counts = row_counts(office)
    assert code_of(report, office, case, second) == "case_files_too_large"
    assert row_counts(office) == counts
    report(office, other, second)


def test_a_measure_s_files_count_for_its_case(office, monkeypatch):
    a_case_to_ask(office)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    monkeypatch.setattr(attachments, "MAX_CASE_BYTES", 1)
    receipt = [a_paper_of_proof(office, "送达回执")]
    served = (office, "inquiry", "serve", CLERK, SERVED)
    assert code_of(on_escalation, *served, evidence=receipt) == "case_files_too_large"
