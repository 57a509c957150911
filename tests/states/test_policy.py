"""A ladder that could go past a gate, or is out of order, never comes into force."""

import pytest

from states.errors import RuleInvalid
from states.policy import parse
from states.vocabulary import IssueMode, Role
from tests.states.conftest import TABLES

DEFAULT = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
ADMONITION = DEFAULT[DEFAULT.index('step = "admonition"') :]
FAULTS = [
    ("person_level_automatic", ADMONITION, ADMONITION.replace('"on_approval"', '"automatic"')),
    ("approver_missing", 'approvers = ["principal"]', "approvers = []"),
    ("rung_order", "offset = 11", "offset = 6"),
    ("rung_order", "offset = 1\n", "offset = -3\n"),
    ("rung_twice", 'step = "admonition"', 'step = "reminder"'),
    ("after_unknown", 'step = "inquiry", fact', 'step = "interview", fact'),
    ("after_unknown", 'after = { step = "reminder"', 'after = { step = "admonition"'),
    ("policy_field", "reply_working_days = 15", "reply_working_days = 0"),
    ("policy_field", "offset = 11", "offset = 400"),
    ("policy_field", 'needs = ["ground"]', 'needs = ["mood"]'),
    ("policy_field", 'mode = "automatic"', 'mode = "whenever"'),
    ("policy_field", "lapses = true", "lapses = true\nbulk = true"),
    ("policy_field", 'joint = "unit"', 'joint = "everybody"'),
    ("joint_unfit", ADMONITION, ADMONITION + '\njoint = "unit"\n'),
    ("joint_unfit", 'series = ""', 'series = ""\njoint = "unit"'),
    ("policy_syntax", "version = 3", "version = "),
    ("policy_field", "amount = 15", "amount = 0"),
    ("policy_field", "amount = 15", "amount = 3661"),
    ("policy_field", 'starts = "served"', 'starts = "whenever"'),
    ("category_unknown", 'category = "complex"', 'category = "easy"'),
    ("category_twice", 'id = "complex"', 'id = "ordinary"'),
    ("category_reserved", 'id = "complex"', 'id = "*"'),
    ("counting_rule_unknown", '"cn-cadre-inquiry"', '"cn-nowhere"'),
    ("limit_overlap", 'category = "complex"', 'category = "ordinary"'),
    ("dates_reversed", "amount = 15", "amount = 15\napplies_from = 2026-07-01\napplies_until = 2026-06-30"),
    ("dates_reversed", "version = 3", "version = 3\napplies_from = 2026-07-01\napplies_until = 2026-06-30"),
    (
        "counting_rule_twice",
        "[pause]",
        '[[rules]]\nname = "cn-civil-code"\ntitle = "甲"\nbasis = "乙"\n[pause]',
    ),
]


@pytest.mark.parametrize(("code", "right", "wrong"), FAULTS)
def test_a_faulty_ladder_is_refused(code, right, wrong):
    assert right in DEFAULT
    with pytest.raises(RuleInvalid) as refused:
        parse(DEFAULT.replace(right, wrong, 1))
    assert refused.value.code == code


def test_a_ladder_without_rungs_is_refused():
    with pytest.raises(RuleInvalid) as refused:
        parse("rungs = []\n" + DEFAULT[: DEFAULT.index("[[rungs]]")])
    assert refused.value.facts["place"] == "rungs"


def test_a_policy_from_before_the_limits_is_refused_with_what_it_lacks():
    with pytest.raises(RuleInvalid) as refused:
        parse('name = "old"\ntitle = "旧规则"\nversion = 1\n' + DEFAULT[DEFAULT.index("[[rungs]]") :])
    assert refused.value.as_json() == {
        "code": "policy_field",
        "message": "督办规则“basis”没有写。",
        "facts": {"place": "basis"},
    }


def test_clocks_have_ladders_of_their_own():
    early = DEFAULT.replace('clock = "handle"\noffset = -3', 'clock = "acknowledge"\noffset = 9')
    assert parse(early).rung_of["due_soon"].offset == 9


def test_the_default_lets_only_unit_notices_out_by_themselves(policy):
    modes = {rung.step: rung.mode for rung in policy.rungs}
    assert modes == {
        "due_soon": IssueMode.AUTOMATIC,
        "reminder": IssueMode.AUTOMATIC,
        "inquiry": IssueMode.ON_APPROVAL,
        "admonition": IssueMode.ON_APPROVAL,
    }


def test_the_default_names_who_approves(policy):
    assert policy.rung_of["inquiry"].approvers == (Role.DIRECTOR, Role.LEADER)
    assert policy.rung_of["admonition"].approvers == (Role.PRINCIPAL,)


def test_an_office_may_put_its_inquiry_on_automatic():
    on_approval, question = (
        'mode = "on_approval"\napprovers = ["director", "leader"]',
        "该事项为何逾期未办结？",
    )
    willing = DEFAULT.replace(on_approval, f'mode = "automatic"\nquestion = "{question}"')
    assert parse(willing).rung_of["inquiry"].question == question
    with pytest.raises(RuleInvalid) as refused:
        parse(DEFAULT.replace(on_approval, 'mode = "automatic"'))
    assert refused.value.code == "needs_automatic"


def test_a_policy_is_cited_by_title_and_version(policy):
    assert policy.reference == "《督办阶梯默认规则》第3版"


def test_a_policy_is_known_by_its_content(policy):
    assert parse(DEFAULT + "# a remark\n").digest == policy.digest
    assert parse(DEFAULT.replace("offset = 11", "offset = 12")).digest != policy.digest
