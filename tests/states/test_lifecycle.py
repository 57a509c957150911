"""A table that could strand a case is refused before any case meets it."""

import pytest

from states.errors import RuleInvalid
from states.lifecycle import parse
from tests.builders import with_approval_stage

TINY = """
name = "tiny"
title = "最小流程"
version = 1

[[states]]
id = "draft"
label = "拟办"
kind = "open"
clock = "none"

[[states]]
id = "closed"
label = "已销号"
kind = "final"
clock = "none"

[[commands]]
id = "open"
label = "提出"
event = "opened"
sentence = "提出事项"
from = []
to = "draft"
roles = ["officer"]

[[commands]]
id = "close"
label = "销号"
event = "struck_off"
sentence = "予以销号"
from = ["open"]
to = "closed"
roles = ["director"]
"""
A_THIRD_STATE = """
[[states]]
id = "lost"
label = "迷途"
kind = "open"
clock = "none"
"""
A_WAY = """
[[commands]]
id = "wander"
label = "走动"
event = "wandered"
sentence = "走动"
from = ["{source}"]
to = "{dest}"
roles = ["officer"]
"""
FAULTS = {
    "unknown_state": ('to = "closed"', 'to = "nowhere"'),
    "unknown_guard": ('to = "closed"', 'to = "closed"\nguards = ["is_lucky"]'),
    "unknown_effect": ('to = "closed"', 'to = "closed"\neffect = "vanish"'),
    "no_role": ('["director"]', "[]"),
    "no_label": ('sentence = "予以销号"', 'sentence = "closed"'),
    "duplicate": ('id = "close"', 'id = "open"'),
    "unreachable": ('to = "closed"', 'to = "draft"'),
    "lifecycle_field": ('"director"', '"king"'),
    "lifecycle_syntax": ("version = 1", "version = "),
}


def test_the_smallest_table_is_a_table():
    lifecycle = parse(TINY)
    assert [arrow.command for arrow in lifecycle.transitions] == ["open", "close"]


@pytest.mark.parametrize("code", FAULTS)
def test_a_faulty_table_is_refused(code):
    right, wrong = FAULTS[code]
    assert right in TINY
    with pytest.raises(RuleInvalid) as refused:
        parse(TINY.replace(right, wrong))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("source", "dest", "code"), [("lost", "closed", "unreachable"), ("draft", "lost", "dead_end")]
)
def test_a_state_needs_a_way_in_and_a_way_on(source, dest, code):
    close_drafts_only = TINY.replace('from = ["open"]', 'from = ["draft"]')
    with pytest.raises(RuleInvalid) as refused:
        parse(close_drafts_only + A_THIRD_STATE + A_WAY.format(source=source, dest=dest))
    assert (refused.value.code, refused.value.facts["state"]) == (code, "lost")


def test_a_state_named_twice_is_refused():
    with pytest.raises(RuleInvalid) as refused:
        parse(TINY + A_THIRD_STATE.replace("lost", "draft"))
    assert (refused.value.code, refused.value.facts["name"]) == ("duplicate", "draft")


def test_a_state_without_chinese_label_is_refused():
    with pytest.raises(RuleInvalid) as refused:
        parse(TINY.replace('"拟办"', '"Draft"'))
    assert (refused.value.code, refused.value.facts["state"]) == ("no_label", "draft")


def test_an_unknown_starting_point_is_refused():
    with pytest.raises(RuleInvalid) as refused:
        parse(TINY.replace('from = ["open"]', 'from = ["opne"]'))
    assert (refused.value.code, refused.value.facts["state"]) == ("unknown_state", "opne")


def test_two_commands_may_not_share_an_event():
    """The event names the command in a history; two commands under one event would read as one."""
    with pytest.raises(RuleInvalid) as refused:
        parse(TINY.replace('event = "struck_off"', 'event = "opened"'))
    assert refused.value.code == "duplicate"


def test_a_table_is_known_by_its_content():
    assert parse(TINY).digest == parse(TINY + "# a remark\n").digest
    assert parse(TINY).digest != parse(TINY.replace("version = 1", "version = 2")).digest
    assert parse(with_approval_stage()).digest != parse(TINY).digest
