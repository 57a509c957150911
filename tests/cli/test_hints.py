"""What the command line adds to a refusal that pages tell as well."""

from states.errors import FactInvalid
from workflow.cli.hints import hinted


def test_a_refusal_names_the_command_that_helps():
    told = hinted(FactInvalid("请核对办理经过中的序号。", code="entry_unknown"))
    assert told.message == "请核对办理经过中的序号（duban case history）。"
    assert hinted(told).message == told.message


def test_a_refusal_no_command_helps_with_stays_as_it_is():
    assert hinted(FactInvalid("请更正。", code="date_invalid")).message == "请更正。"
