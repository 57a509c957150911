"""Policies as files: what ships works, what cannot be worded is found, what cannot be read is refused."""

import pytest

from states.errors import Refusal
from states.lifecycle import Lifecycle
from states.policy import Policy
from states.vocabulary import IssueMode, LimitUnit
from tests.states.conftest import TABLES
from tests.states.policies import DEFAULT, with_rung
from workflow.services import policies
from workflow.services.installation import lifecycle_of
from workflow.settings import Settings

SETTINGS = Settings(_env_file=None)
PRESETS = ("default", "cadre_inquiry", "government_inspection", "petition", "shanxi_13710")


@pytest.fixture(scope="module")
def standard() -> Lifecycle:
    return lifecycle_of(SETTINGS)


def test_five_policies_ship():
    assert policies.preset_names() == PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_nothing_to_find_and_says_what_it_rests_on(standard, name):
    preset = policies.preset(name)
    assert policies.examine(preset, standard).findings == ()
    assert (preset.name, bool(preset.basis)) == (name, True)


TERMS = [
    ("shanxi_13710", "ordinary", "plan", (1, LimitUnit.DAYS)),
    ("shanxi_13710", "complex", "handle", (1, LimitUnit.MONTHS)),
    ("shanxi_13710", "urgent", "handle", (5, LimitUnit.DAYS)),
    ("shanxi_13710", "minutes", "handle", (20, LimitUnit.DAYS)),
    ("petition", "petition", "handle", (60, LimitUnit.DAYS)),
    ("cadre_inquiry", "inquiry", "handle", (15, LimitUnit.WORKING_DAYS)),
    ("cadre_inquiry", "admonition", "handle", (5, LimitUnit.WORKING_DAYS)),
    ("government_inspection", "ordinary", "handle", (15, LimitUnit.DAYS)),
]


@pytest.mark.parametrize(("name", "category", "clock", "term"), TERMS)
def test_a_preset_has_the_limits_it_is_named_for(name, category, clock, term):
    (row,) = policies.preset(name).limits_of[category, clock]
    assert (row.amount, row.unit) == term


def test_what_concerns_cadres_never_goes_out_by_itself():
    modes = {rung.mode for rung in policies.preset("cadre_inquiry").rungs}
    assert modes == {IssueMode.ON_APPROVAL}


def found(policy: Policy, lifecycle: Lifecycle, templates=None):
    return [(one.code, one.place) for one in policies.examine(policy, lifecycle, templates).findings]


TALK = [f"talk.{name}" for name in (
    "account", "at", "commit_by", "commitments", "hosts", "persons", "place", "reason", "recorder",
    "statement",
)]  # fmt: skip
RUNGS = [
    ("due_soon", {"lapses": False}, ["left.days", "left.working_days"]),
    ("reminder", {"offset": 0}, ["late.days", "late.working_days"]),
    ("reminder", {"document": "close_out"}, []),
    ("reminder", {"series": ""}, ["number"]),
    ("reminder", {"document": "urge"}, ["left.days", "left.working_days", "urge.attempt"]),
    ("reminder", {"document": "supervision_order"}, []),
    ("inquiry", {"document": "supervision_order"}, []),
    ("reminder", {"document": "talk_minutes"}, TALK),
    ("inquiry", {"document": "poem"}, None),
]


@pytest.mark.parametrize(("step", "fields", "facts"), RUNGS)
def test_a_paper_whose_facts_the_rung_does_not_deliver_is_found(standard, step, fields, facts):
    findings = policies.examine(with_rung(step, **fields), standard).findings
    worded = [one for one in findings if one.place == f"rungs.{step}.document"]
    if facts is None:
        assert [one.code for one in worded] == ["kind_unknown"]
    else:
        assert [one.code for one in worded] == ["fact_uncovered"] * len(facts)
        assert all(f"（{fact}）" in one.message for fact, one in zip(facts, worded, strict=True))


WORDING = [
    ("{{ case.title }}", []),
    ("{{ case.titel }}", ["case.titel"]),
    ("{{ office['mark'] }}{{ office['seal'] }}", ["office.seal"]),
    ("{{ result }}", ["result"]),
    ("{% if result %}{{ result }}{% endif %}", []),
    ("{{ approved_by or '本室' }}", []),
    ("{{ approved_by }}", ["approved_by"]),
    ("{% if approved_by == '甲' %}乙{% endif %}", ["approved_by"]),
    ("{{ '甲' if not ground.facts else ground.facts }}", []),
    ("{{ ground.facts|paragraphs }}", ["ground.facts"]),
    ("{% if case.basis %}{{ case.bases }}{% endif %}", ["case.bases"]),
    ("{% for one in items %}{{ one.what }}{% endfor %}", ["items"]),
    ("{{ count }}{{ day }}", ["count", "day"]),
    ("{% for earlier in prior %}{{ earlier.step|paper }}{% endfor %}", []),
    ("{{ recipient_name }}", ["recipient_name"]),
]


@pytest.mark.parametrize(("line", "facts"), WORDING)
def test_every_fact_of_an_office_s_own_wording_is_looked_up(standard, tmp_path, line, facts):
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "reminder.txt.j2").write_text(line, encoding="utf-8")
    findings = policies.examine(DEFAULT, standard, tmp_path).findings
    assert [one.place for one in findings] == ["rungs.reminder.document"] * len(facts)
    assert all(fact in one.message for fact, one in zip(facts, findings, strict=True))


def test_a_confidential_mail_may_not_name_the_case(standard, tmp_path):
    folder = tmp_path / "mail" / "admonition"
    folder.mkdir(parents=True)
    (folder / "subject.txt.j2").write_text(
        "{{ recipient_name }}{{ office.name }}{{ case.title }}", encoding="utf-8"
    )
    (finding,) = policies.examine(DEFAULT, standard, tmp_path).findings
    assert "case.title" in finding.message


def test_a_warning_alone_does_not_hinder(standard):
    policy = DEFAULT.model_copy(update={"unclocked": {**DEFAULT.unclocked, "handling": "办理中"}})
    examined = policies.examine(policy, standard)
    assert (len(examined.findings), examined.ok) == (1, True)
    assert not policies.examine(with_rung("reminder", lapses=True), standard).ok


def test_a_file_goes_before_a_preset_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
    assert policies.read_policy("petition").name == "petition"
    (tmp_path / "petition").write_text(text, encoding="utf-8-sig")
    assert policies.read_policy("petition") == DEFAULT


UNREADABLE = [
    (b"\xff\xfe\x00", "file_not_text"),
    (b"#" * 1_000_001, "file_too_large"),
    (b"name = ", "policy_syntax"),
    (b'name = "a"', "policy_field"),
    (None, "file_not_found"),
]


@pytest.mark.parametrize(("content", "code"), UNREADABLE)
def test_a_file_that_is_no_policy_is_refused(tmp_path, content, code):
    if content is not None:
        (tmp_path / "规则.toml").write_bytes(content)
    with pytest.raises(Refusal) as refused:
        policies.read_policy(str(tmp_path / "规则.toml"))
    assert refused.value.code == code
