"""One number on several rows: copies of one matter, rows of it that differ, and different matters."""

import re
from datetime import date

import pytest

from states.errors import Refusal

A_ROW = {
    "督办编号": "滨督2026-001",
    "督办事项": "海安路断头路打通",
    "牵头单位": "市交通运输局",
    "交办时间": date(2026, 3, 2),
    "办结时限": "2026年12月15日",
}
OTHER = {"督办事项": "另一件事"}


@pytest.fixture
def told(read_rows):
    """Rows are read; Excel row to what is told of it."""

    def told(*rows):
        found = read_rows(*(A_ROW | row for row in rows)).rows
        return {row.row: "；".join(problem.message for problem in row.problems) for row in found}

    return told


def test_of_the_same_row_twice_the_first_goes_in_and_the_second_is_told_as_the_copy(told):
    assert told({}, {}) == {
        2: "",
        3: "编号“滨督2026-001”和事项与第2行重复，本行不导入，请删除多余的行",
    }


def test_rows_numbered_one_after_another_are_copies_all_the_same(read_rows):
    first, second = read_rows(A_ROW | {"序号": 1}, A_ROW | {"序号": 2}).rows
    assert (first.verdict, second.verdict) == ("importable", "needs_person")


@pytest.mark.parametrize(
    ("heading", "value", "label"),
    [("办结时限", "2026年12月31日", "办结时限"), ("备注", "急", "备注"), ("是否销号", "待销号", "是否销号")],
)
def test_rows_of_one_matter_that_differ_in_a_later_cell_wait_and_the_cell_is_named(
    told, heading, value, label
):
    message = "编号“滨督2026-001”与第{}行是同一事项，但{}不同，均暂不导入，请核对后只留一行"
    assert told({}, {heading: value}) == {2: message.format(3, label), 3: message.format(2, label)}


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("延期至", "2026年2月30日"),
        ("配合单位", "不存在局"),
        ("完成率", "abc"),
        ("是否销号", "是"),
        ("延期至", "待定"),
    ],
)
@pytest.mark.parametrize("comes_first", [True, False])
def test_a_cell_that_cannot_be_read_is_not_the_same_as_a_blank_one(told, heading, value, comes_first):
    rows = ({heading: value}, {}) if comes_first else ({}, {heading: value})
    assert all(re.search(f"但{heading}[^，]*不同，均暂不导入", message) for message in told(*rows).values())


@pytest.mark.parametrize(("same", "other"), [((2, 3), 4), ((3, 4), 2), ((2, 4), 3)])
def test_of_three_under_one_number_each_is_told_what_it_shares(told, same, other):
    lines = told(*({} if row in same else OTHER for row in (2, 3, 4)))
    first, copy = same
    assert lines[first] == f"编号“滨督2026-001”与第{other}行重复且事项不同，均暂不导入，请人工改号"
    assert lines[copy] == f"编号“滨督2026-001”和事项与第{first}行重复，本行不导入，请删除多余的行"
    assert lines[other].startswith(f"编号“滨督2026-001”与第{first}行、第{copy}行重复且事项不同")


def test_a_copy_is_offered_no_number_of_its_own(read_rows):
    other, first, copy = read_rows(A_ROW | OTHER, A_ROW, A_ROW).rows
    assert [other.accepted().matter.number, first.accepted().matter.number] == [
        "滨督2026-001",
        "滨督2026-002",
    ]
    with pytest.raises(Refusal, match="删除多余的行"):
        copy.accepted()
