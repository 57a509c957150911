"""The files of a case at the command line: listed, written out whole, and to nobody whose they are not."""

import pytest

from tests.builders import AUDITOR, LIAISON, a_case, a_paper_of_proof, give

OTHER_LIAISON = "BH213-L"


@pytest.fixture
def case(office):
    case = a_case(office)
    proof = [a_paper_of_proof(office, "验收单原文")]
    return give(office, case, "report_progress", LIAISON, progress="已修复120盏", evidence=proof)


def test_a_file_is_listed_and_written_out_by_the_beginning_of_its_hash(ask, case, tmp_path):
    listed = ask("case", "attachments", case.number)
    (one,) = listed["attachments"]
    assert (listed["case"], one["name"]) == (case.number, "路灯修复验收单.txt")
    assert one["particular_label"] == "佐证材料"
    out = tmp_path / "写出.txt"
    told = ask("case", "attachment", case.number, one["sha256"][:8], "--out", out)
    assert out.read_text("utf-8") == "验收单原文"
    assert (told["sha256"], told["media_type"], told["file"]) == (one["sha256"], "text/plain", str(out))


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_people_read_a_table(office, duban, case):
    shown = duban("case", "attachments", case.number)
    assert "路灯修复验收单.txt" in shown.out and "佐证材料" in shown.out
    assert "没有附件" in duban("case", "attachments", a_case(office).number).out


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(("viewer", "sha"), [(OTHER_LIAISON, ""), (LIAISON, "0" * 64)])
def test_what_is_not_his_is_not_there(duban, case, viewer, sha):
    (one,) = duban("case", "attachments", case.number, "--json").json["attachments"]
    words = ("case", "attachment", case.number, sha or one["sha256"], "--out", "写出.txt")
    refused = duban(*words, "--as", viewer, "--json")
    assert (refused.code, refused.json["code"]) == (1, "attachment_unknown")


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_nothing_is_written_over_unasked_or_unread(duban, ask, case, tmp_path):
    (one,) = ask("case", "attachments", case.number)["attachments"]
    out = tmp_path / "写出.txt"
    out.write_text("原有")
    words = ("case", "attachment", case.number, one["sha256"], "--out", out, "--json")
    assert duban(*words).json["code"] == "export_exists"
    assert out.read_text() == "原有"
    assert duban(*words, "--force").code == 0


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("road", ["attachments", "attachment"])
def test_either_way_is_a_reading(ask, case, road, tmp_path):
    (one,) = ask("case", "attachments", case.number, "--as", LIAISON)["attachments"]
    more = (one["sha256"], "--out", tmp_path / "写出.txt") if road == "attachment" else ()
    ask("case", road, case.number, *more, "--as", AUDITOR)
    (entry,) = ask("audit", "journal", "--kind", "case_read", "--case", case.number)["entries"]
    label = {"attachments": "附件清单", "attachment": "附件"}[road]
    assert entry["sentence"] == f"查看事项（{case.number}，{label}）"
