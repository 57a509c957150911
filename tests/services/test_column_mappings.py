"""Column mappings: what a source's columns are is said once, and offered at its next file."""

import pytest

from states.errors import Refusal
from tests.builders import rows, stored
from tests.registers import A_MATTER, a_register, take_over
from tests.services.test_import_room import hand_in, his, leaf
from workflow.services.import_room import sources
from workflow.storage.work_models import ImportDraft

__all__ = ["hand_in"]
RENAMED = {"督办事项": "活儿", "牵头单位": "谁来办"}


def odd(path, **row):
    """A register under headings of its own."""
    import openpyxl

    book = openpyxl.load_workbook(a_register(path, row))
    for cell in book.active[1]:
        cell.value = RENAMED.get(cell.value, cell.value)
    book.save(path)
    return path


@pytest.fixture
def kept(office, hand_in, tmp_path):
    """A mapping that was kept from a first file."""
    draft = hand_in(odd(tmp_path / "一月.xlsx"))
    fields = {list(A_MATTER).index(old) + 1: field for old, field in
              (("督办事项", "title"), ("牵头单位", "lead_unit"))}  # fmt: skip
    known = {one["column"]: one["field"] for one in leaf(office, draft).draft.told["columns"]}
    sources.say(office, draft, known | fields, "市住建局月报", **his(office))
    return draft


def test_the_next_file_of_the_source_is_offered_its_mapping(office, hand_in, tmp_path, kept):
    assert leaf(office, kept).mappings == ()
    draft = hand_in(odd(tmp_path / "二月.xlsx", 督办编号="滨督2026-902"))
    assert leaf(office, draft).mappings == ("市住建局月报",)
    sources.use(office, draft, "市住建局月报", **his(office))
    assert leaf(office, draft).counts["ready"] == 1 and leaf(office, draft).mappings == ()


def test_a_file_with_another_heading_is_offered_nothing(office, hand_in, tmp_path, kept):
    draft = hand_in(a_register(tmp_path / "别的.xlsx", {}))
    assert leaf(office, draft).mappings == ()
    with pytest.raises(Refusal) as refused:
        sources.use(office, draft, "市住建局月报", **his(office))
    assert refused.value.code == "mapping_unknown"


def test_the_command_line_reads_by_a_mapping_too(office, tmp_path, kept):
    path = odd(tmp_path / "三月.xlsx", 督办编号="滨督2026-903")
    assert take_over(office, path, mapping="市住建局月报").imported == 1
    assert stored(office, "滨督2026-903").facts.title == A_MATTER["督办事项"]


@pytest.mark.parametrize(
    ("name", "code"), [("没有的", "mapping_unknown"), ("市住建局月报", "mapping_other_heading")]
)
def test_a_mapping_that_does_not_fit_is_refused(office, tmp_path, kept, name, code):
    with pytest.raises(Refusal) as refused:
        take_over(office, a_register(tmp_path / "别的.xlsx", {}), mapping=name)
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "code"), [(" ", "mapping_unnamed"), ("长" * 31, "mapping_name_long")])
def test_a_source_has_a_short_name(office, kept, name, code):
    with pytest.raises(Refusal) as refused:
        sources.say(office, kept, {}, name, **his(office))
    assert refused.value.code == code


def test_columns_are_said_and_kept_or_neither(office, kept, monkeypatch):
    monkeypatch.setattr(sources, "MOST", 0)
    before = rows(office, ImportDraft)
    with pytest.raises(Refusal) as refused:
        sources.say(office, kept, {1: ""}, "另一来源", **his(office))
    assert refused.value.code == "mappings_many" and rows(office, ImportDraft) == before
