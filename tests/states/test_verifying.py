"""A result is verified, published and objected to; what keeps it from being struck off, what clears it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.case import Actor
from states.duties import DutyKind, Matter, duties
from states.effects.verifying import NOT_VERIFIED
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.facts import CaseFacts, fold, to_json
from states.policy import VerificationRule, examine, parse
from states.vocabulary import CheckMethod, Role
from tests.builders import at
from tests.states.conftest import TABLES
from tests.states.matters import DUE_ON, LATER, PROOF, TODAY, decided, facts_in, holding
from tests.states.policies import DEFAULT, changed

VERIFIED = {"verdict": "passed", "verified_by": "R011", "verified_on": TODAY.date()}
PUBLISHED = VERIFIED | {"public_until": DUE_ON}
CLOSING = at(2026, 7, 23)


def asking(**rule):
    """The default policy, asking so much before a matter is struck off."""
    return changed(verification=VerificationRule(**rule))


REQUIRED = asking(required=True)
NOTICE = asking(public_notice_working_days={"ordinary": 5})
ON_SITE = asking(methods={"*": ("on_site", "third_party")})


@pytest.fixture
def give(lifecycle, calendar):
    """What a command sets on a reported matter with these facts."""

    def given(command, known, policy=DEFAULT, when=TODAY, **more):
        facts = facts_in("verifying", **known)
        return decided(lifecycle, calendar, facts, command, policy=policy, when=when, **more).changes

    return given


@pytest.fixture
def refusal(give):
    def given(*words, **more) -> Refusal:
        with pytest.raises(Refusal) as refused:
            give(*words, **more)
        return refused.value

    return given


def test_the_last_verification_counts_and_ends_the_notice_of_an_earlier_one(give):
    set_ = give("record_verification", PUBLISHED, finding="failed")
    told = {name: set_[name] for name in ("verdict", "verified_by", "public_until")}
    assert told == {"verdict": "failed", "verified_by": "R010", "public_until": None}


@pytest.mark.parametrize("command", ["return_for_rework", "report_completion"])
def test_another_round_knows_nothing_of_the_last_verification(lifecycle, calendar, command):
    state = "verifying" if command == "return_for_rework" else "handling"
    facts = facts_in(state, **PUBLISHED, public_objections=2)
    set_ = decided(lifecycle, calendar, facts, command).changes
    assert {name: set_[name] for name in NOT_VERIFIED} == NOT_VERIFIED


def test_a_unit_cannot_verify_what_it_reported(refusal):
    reporter = holding(*Role, person="BH212-L")
    assert refusal("record_verification", {}, actor=reporter).code == "verifier_is_reporter"


def test_without_the_policy_asking_a_matter_is_struck_off_as_before(give):
    assert give("close_out", {})["state"] == "closed"


@pytest.mark.parametrize("policy", [REQUIRED, NOTICE, ON_SITE])
def test_where_the_policy_asks_a_matter_is_verified_first(refusal, policy):
    found = refusal("close_out", {}, policy)
    assert (type(found), found.code, found.facts["missing"]) == (FactMissing, "verdict_missing", "verdict")


@pytest.mark.parametrize("actor", [holding(Role.DIRECTOR, person="R011"),
                                   Actor("R009", deputising={Role.DIRECTOR: ("R011",)})])  # fmt: skip
def test_whoever_verified_does_not_strike_off_himself_nor_through_a_deputy(give, refusal, actor):
    found = refusal("close_out", VERIFIED, REQUIRED, actor=actor)
    assert (type(found), found.code) == (NotPermitted, "verified_by_closer")
    assert give("close_out", VERIFIED, REQUIRED)["closed_by"] == "R010"


def test_a_category_passes_only_by_the_ways_its_policy_names(give, refusal):
    found = refusal("record_verification", {}, ON_SITE)
    assert (type(found), found.code) == (FactInvalid, "method_not_enough")
    assert found.facts["asked"] == ["on_site", "third_party"]
    assert (
        give("record_verification", {}, ON_SITE, method="on_site", evidence_after=PROOF)["verdict"]
        == "passed"
    )
    assert give("record_verification", {}, ON_SITE, finding="failed")["verdict"] == "failed"


def test_a_notice_runs_for_the_working_days_of_the_policy(give, refusal):
    set_ = give("publish_result", VERIFIED, NOTICE, public_until=None)
    assert set_["public_until"] == DUE_ON  # a Wednesday, five working days after the one before
    early = refusal("publish_result", VERIFIED, NOTICE, public_until=date(2026, 7, 21))
    assert (early.code, early.facts["earliest"]) == ("public_notice_too_short", "2026-07-22")
    assert give("publish_result", VERIFIED, NOTICE, public_until=LATER)["public_until"] == LATER


def test_a_matter_is_struck_off_from_the_day_after_its_notice(give, refusal):
    missing = refusal("close_out", VERIFIED, NOTICE)
    assert (missing.code, missing.facts["missing"]) == ("public_notice_missing", "public_until")
    running = refusal("close_out", PUBLISHED, NOTICE, when=at(2026, 7, 22))
    assert (running.code, running.facts["last_day"]) == ("public_notice_running", "2026-07-22")
    assert "2026-07-22" in running.message
    assert give("close_out", PUBLISHED, NOTICE, when=CLOSING)["state"] == "closed"


def test_an_open_objection_goes_before_the_notice_and_names_how_many(refusal):
    found = refusal("close_out", PUBLISHED | {"public_objections": 2}, NOTICE, when=CLOSING)
    assert (found.code, found.facts["objections"]) == ("objection_open", 2)


def test_an_objection_that_holds_turns_the_verdict_and_ends_the_notice(give):
    objected = PUBLISHED | {"public_objections": 2}
    upheld = give("settle_objection", objected, ruling="upheld")
    assert (upheld["verdict"], upheld["public_until"], upheld["public_objections"]) == ("failed", None, 1)
    dismissed = give("settle_objection", objected)
    assert dismissed["public_objections"] == 1
    assert "verdict" not in dismissed


@pytest.mark.parametrize("missing", [("  ",), ("仍不亮",) * 51, ("长" * 2_001,)])
def test_what_is_missing_is_said_in_a_few_bounded_words(refusal, missing):
    assert refusal("return_for_rework", {}, missing=missing).code == "missing_invalid"


def test_what_is_not_a_word_of_the_list_is_refused_with_the_words_there_are(refusal):
    assert "passed（属实）、failed（不属实）" in refusal("record_verification", {}, finding="so").message


def owed(lifecycle, calendar, day, policy=DEFAULT, **known):
    matter = Matter(facts_in("verifying", extension_to=None, **known), lifecycle, policy, calendar, day)
    return [(one.kind, one.label, one.whose.roles) for one in duties(matter)]


OFFICER, DIRECTOR = (Role.OFFICER,), (Role.DIRECTOR,)
NEXT = [
    ({}, DutyKind.VERIFY, "待核查", (*OFFICER, *DIRECTOR)),
    ({"verdict": "failed"}, DutyKind.VERIFY, "待退回重办", OFFICER),
    (VERIFIED, DutyKind.PUBLISH, "待公示", OFFICER),
    (PUBLISHED, DutyKind.CLOSE, "公示至2026-07-22，期满待销号", DIRECTOR),
    (VERIFIED | {"public_until": date(2026, 7, 14)}, DutyKind.CLOSE, "待销号", DIRECTOR),
    (PUBLISHED | {"public_objections": 1}, DutyKind.OBJECTION, "待处理异议", OFFICER),
]


@pytest.mark.parametrize("example", NEXT, ids=lambda one: one[2])
def test_a_reported_matter_is_always_somebody_s(lifecycle, calendar, example):
    known, *expected = example
    assert owed(lifecycle, calendar, TODAY.date(), NOTICE, **known) == [tuple(expected)]


STEPS = ("record_verification", "publish_result", "record_objection", "settle_objection")
CHOICES = st.tuples(st.sampled_from(STEPS), st.booleans())


@given(st.lists(CHOICES, max_size=12))
def test_the_facts_are_the_fold_of_whatever_was_verified(lifecycle, calendar, steps):
    """Refused or not, no sequence leaves more objections than were made, or publishes what is untrue."""
    facts: CaseFacts = facts_in("verifying")
    entries = [{"set": to_json({name: getattr(facts, name) for name in facts.__dataclass_fields__})}]
    for command, good in steps:
        words = {"finding": "passed" if good else "failed"} if command == "record_verification" else {}
        words = {"ruling": "dismissed" if good else "upheld"} if command == "settle_objection" else words
        try:
            set_ = decided(lifecycle, calendar, facts, command, **words).changes
        except Refusal:
            continue
        facts = replace(facts, **set_)
        entries.append({"set": to_json(set_)})
    assert fold(entries) == facts
    assert facts.public_objections >= 0
    assert facts.public_until is None or facts.verdict == "passed"


def test_a_policy_without_the_section_keeps_its_hash_and_one_with_it_has_another():
    assert "verification" not in DEFAULT.model_dump(mode="json")
    assert len({DEFAULT.digest, REQUIRED.digest, NOTICE.digest, ON_SITE.digest}) == 4


def test_the_example_of_the_default_policy_is_what_it_says():
    text = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
    begin = text.index("#                [verification]")
    lines = text[begin : text.index("# unclocked")].splitlines()
    rule = parse(text + "\n".join(line.lstrip("# ") for line in lines)).verification
    assert rule.methods_for("very_complex") == (CheckMethod.ON_SITE, CheckMethod.THIRD_PARTY)
    assert (rule.required, rule.notice_for("complex"), rule.notice_for("ordinary")) == (True, 5, 0)


@pytest.mark.parametrize(
    "rule", [{"methods": {"easy": ("on_site",)}}, {"public_notice_working_days": {"easy": 3}}]
)
def test_a_policy_that_asks_something_of_an_unknown_category_is_found_out(lifecycle, rule):
    found = [one for one in examine(asking(**rule), lifecycle) if one.code == "category_unknown"]
    assert [one.place.rpartition(".")[2] for one in found] == ["easy"]
