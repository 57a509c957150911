"""发文字号 as GB/T 9704-2012 7.2.5 writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.document_number import DocumentNumber, parse
from states.errors import FactInvalid

numbers = st.builds(
    DocumentNumber,
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=16),
    st.integers(1000, 9999),
    st.integers(1, 999_999),
)


def test_a_number_is_written_with_its_year_in_full_and_its_serial_bare():
    assert str(DocumentNumber("滨督函", 2026, 12)) == "滨督函〔2026〕12号"


@given(numbers)
def test_a_number_reads_back_as_it_was_written(number):
    assert parse(f" {number} ") == number


def test_numbers_stand_in_the_order_they_were_given_out():
    shuffled = [parse(f"滨督函〔{year}〕{serial}号") for year, serial in ((2026, 2), (2026, 10), (2025, 30))]
    assert [str(one) for one in sorted(shuffled)] == [
        "滨督函〔2025〕30号",
        "滨督函〔2026〕2号",
        "滨督函〔2026〕10号",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "滨督函[2026]12号",
        "滨督函〔26〕12号",
        "滨督函〔2026〕012号",
        "滨督函〔2026〕第12号",
        "滨督函〔2026〕12",
        "〔2026〕12号",
        "BD〔2026〕12号",
        "滨督函〔２０２６〕12号",
        "滨督函〔2026〕12号\n滨督函〔2026〕13号",
        "",
    ],
)
def test_what_is_not_a_proper_number_is_refused(text):
    with pytest.raises(FactInvalid) as refused:
        parse(text)
    assert refused.value.code == "document_number_invalid"
