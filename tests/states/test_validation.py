"""Whatever pydantic complains of, people read it in Chinese."""

import re
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from states import lifecycle, policy
from states.errors import RuleInvalid
from states.validation import complaint, place
from tests.states.conftest import TABLES


class Form(BaseModel):
    """One field of each sort."""

    model_config = ConfigDict(extra="forbid")
    count: int = Field(1, ge=1, le=9)
    share: float = 0.5
    open: bool = True
    name: str = Field("甲", min_length=1, max_length=3)
    mode: Literal["auto", "approval"] = "auto"
    names: tuple[str, ...] = ()
    folder: Path = Path()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("count", "soon", "应为整数"),
        ("count", 0, "不得小于1"),
        ("count", 10, "不得大于9"),
        ("share", "half", "应为数字"),
        ("open", "maybe", "应为true或false"),
        ("name", 7, "应为文字"),
        ("name", "四个字的", "不得超过3字"),
        ("mode", "both", "只能是'auto'或'approval'"),
        ("names", 3, "应为一组值"),
        ("folder", 3, "应为路径"),
        ("nmae", "甲", "不是可用的名称，请核对拼写"),
    ],
)
def test_a_complaint_is_said_in_chinese_with_its_place(field, value, said):
    with pytest.raises(ValidationError) as refused:
        Form.model_validate({field: value})
    assert (place(refused.value), complaint(refused.value)) == (field, said)


@pytest.mark.parametrize(
    ("read", "table", "right", "wrong"),
    [
        (lifecycle.parse, "standard.toml", "version = 3", 'version = "one"'),
        (lifecycle.parse, "standard.toml", 'clock = "none"', 'clock = "broken"'),
        (policy.parse, "default_policy.toml", "offset = 1\n", 'offset = "soon"\n'),
    ],
)
def test_a_table_of_the_office_is_refused_in_chinese(read, table, right, wrong):
    text = (TABLES / table).read_text(encoding="utf-8")
    assert right in text
    with pytest.raises(RuleInvalid) as refused:
        read(text.replace(right, wrong, 1))
    assert not re.search("Input|should|valid", refused.value.message)


@pytest.mark.parametrize("read", [lifecycle.parse, policy.parse])
def test_bad_toml_is_refused_by_line_and_in_chinese(read):
    with pytest.raises(RuleInvalid, match=r"第2行") as refused:
        read('name = "a"\n[[[')
    assert not re.search("[A-Za-z]{5,}", refused.value.message)
