"""The workbook an office files, while it is written."""

import pytest

from tests.builders import at
from workflow.workbooks.filing import FiledRegister, Filing, Heading, Listing

FILING = Filing("督办台账", "截至今日", "督查室", (Heading("编号", 9), Heading("事项", 9)), "校验")


@pytest.mark.parametrize("lines", [0, 3])
def test_a_workbook_broken_off_leaves_nothing_beside_it(tmp_path, lines):
    with (
        pytest.raises(InterruptedError),
        FiledRegister(tmp_path / "台账.xlsx", FILING, made_at=at(2026, 9, 1)) as book,
    ):
        for line in range(lines):
            book.add([str(line), "路灯"], "1|abcd")
        raise InterruptedError
    assert list(tmp_path.iterdir()) == []


def test_nor_does_one_whose_further_sheets_are_refused(tmp_path):
    def broken():
        yield ["市城管局"]
        raise InterruptedError

    with (
        pytest.raises(InterruptedError),
        FiledRegister(tmp_path / "a", FILING, made_at=at(2026, 9, 1)) as book,
    ):
        book.close([Listing("汇总", "说明", (Heading("单位", 9),), broken())])
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_ended_stands_alone(tmp_path):
    with FiledRegister(tmp_path / "台账.xlsx", FILING, made_at=at(2026, 9, 1)) as book:
        book.add(["1", "路灯"], "1|abcd")
        book.close([])
    assert [one.name for one in tmp_path.iterdir()] == ["台账.xlsx"]
