"""How many files, and how large together: to the byte."""

import pytest

from states.attachments import MAX_ACT_BYTES, MAX_CASE_BYTES, MAX_FILES, check_act, check_case
from states.errors import FactInvalid


@pytest.mark.parametrize(
    ("sizes", "code"),
    [([1] * (MAX_FILES + 1), "too_many_files"), ([MAX_ACT_BYTES, 1], "files_too_large")],
)
def test_more_than_may_come_with_one_act_is_refused(sizes, code):
    check_act(sizes[:-1])
    with pytest.raises(FactInvalid) as refused:
        check_act(sizes)
    assert refused.value.code == code


def test_a_case_holds_so_much_and_no_byte_more():
    check_case(MAX_CASE_BYTES - 1, 1)
    with pytest.raises(FactInvalid) as refused:
        check_case(MAX_CASE_BYTES, 1)
    assert refused.value.code == "case_files_too_large"
