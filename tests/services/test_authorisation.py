"""The standing authorisation is the director's own act, and the papers carry it."""

from pathlib import Path

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    DIRECTOR,
    OFFICER,
    a_case,
    at,
    on_escalation,
    papers,
    raised,
    signed,
    sweep_on,
    under_policy,
)
from workflow.services import authorisation
from workflow.services.installation import install
from workflow.services.verification import verify

LATE = at(2026, 7, 23)
SIGNED_AT = at(2026, 7, 1, 8)


def test_only_the_director_authorises_and_the_journal_names_the_rungs(office):
    with pytest.raises(NotPermitted):
        authorisation.authorise(office, by=signed("吕喆"), at=SIGNED_AT)
    done = authorisation.authorise(office, by=signed("卞知远"), at=SIGNED_AT)
    assert done["rungs"] == ["due_soon", "reminder"]
    assert authorisation.show(office)["authorised_by"] == "R010"


@pytest.mark.parametrize("is_signed", [True, False])
def test_an_automatic_paper_carries_its_authority(office, is_signed):
    if is_signed:
        authorisation.authorise(office, by=signed("卞知远"), at=SIGNED_AT)
    a_case(office)
    sweep_on(office, at(2026, 7, 23))
    clause = papers(office, "reminder")[0]["authority"]
    assert ("经卞知远于2026年7月1日授权" in clause) is is_signed
    assert "《督办阶梯默认规则》第3版" in clause


def test_a_revoked_signature_turns_automatic_papers_into_proposals(office):
    authorisation.authorise(office, by=signed(DIRECTOR), at=SIGNED_AT)
    with pytest.raises(NotPermitted):
        authorisation.revoke(office, by=signed(OFFICER), at=SIGNED_AT, reason="人员调整")
    authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="人员调整")
    a_case(office)
    (step,) = sweep_on(office, LATE).steps
    assert (step["step"], step["mode"], raised(office, "reminder").state) == (
        "reminder", "on_approval", "proposed",
    )  # fmt: skip
    approved = on_escalation(office, "reminder", "approve", DIRECTOR, LATE)
    assert (approved.state, papers(office, "reminder")[0]["authority"]) == ("issued", None)
    assert verify(office).findings == []


def test_who_takes_back_what_nobody_ever_signed_before_the_first_sweep_has_nothing_issued(office):
    a_case(office)
    authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="首次导入，先核对")
    assert (sweep_on(office, LATE).issued, raised(office, "reminder").state) == (0, "proposed")


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_who_reads_how_to_take_it_back_reads_what_goes_on(page):
    told = (Path(__file__).parents[2] / page).read_text("utf-8")
    part = told[told.index("duban policy revoke --as") :].split("duban worker --only mail")[0]
    assert "期限提示" in part


def test_a_plain_mail_needs_nobody_s_signature(office):
    authorisation.authorise(office, by=signed(DIRECTOR), at=SIGNED_AT)
    authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="人员调整")
    a_case(office)
    assert [step["mode"] for step in sweep_on(office, at(2026, 7, 17)).steps] == ["automatic"]


def test_signing_again_lets_papers_go_out_again(office):
    for act in (authorisation.authorise, authorisation.revoke, authorisation.authorise):
        given = {"reason": "人员调整"} if act is authorisation.revoke else {}
        act(office, by=signed(DIRECTOR), at=SIGNED_AT, **given)
    a_case(office)
    assert [step["mode"] for step in sweep_on(office, LATE).steps] == ["automatic"]
    assert verify(office).findings == []


def test_a_signature_is_taken_back_with_a_reason_and_once(office):
    with pytest.raises(FactMissing):
        authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT)
    authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="人员调整")
    with pytest.raises(FactInvalid) as refused:
        authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="人员调整")
    assert refused.value.code == "revoked_already"


def test_what_nobody_ever_signed_can_be_taken_back_too(office):
    authorisation.revoke(office, by=signed(DIRECTOR), at=SIGNED_AT, reason="自动签发须先经会议研究")
    a_case(office)
    assert [step["mode"] for step in sweep_on(office, LATE).steps] == ["on_approval"]
    assert verify(office).findings == []


def test_the_signature_under_a_former_policy_is_taken_back_by_its_hash(office, tmp_path):
    authorisation.authorise(office, by=signed(DIRECTOR), at=SIGNED_AT)
    former = a_case(office).facts.policy
    own = under_policy(office, tmp_path, "version = 3", "version = 4")
    changed = install(own, by=signed(None, at(2026, 7, 1, 10)))
    authorisation.revoke(changed, by=signed(DIRECTOR), at=SIGNED_AT, reason="规则换版", policy=former)
    assert [step["mode"] for step in sweep_on(changed, LATE).steps] == ["on_approval"]
    assert verify(changed).findings == []
    changed.engine.dispose()


def test_once_a_policy_was_signed_the_next_one_needs_its_own_signature(office, tmp_path):
    authorisation.authorise(office, by=signed(DIRECTOR), at=SIGNED_AT)
    own = under_policy(office, tmp_path, "version = 3", "version = 4")
    changed = install(own, by=signed(None, at(2026, 7, 1, 10)))
    a_case(changed, when=at(2026, 7, 1, 11))
    assert [step["mode"] for step in sweep_on(changed, LATE).steps] == ["on_approval"]
    changed.engine.dispose()


def test_a_paper_cites_no_signature_given_after_its_day(office):
    authorisation.authorise(office, by=signed(DIRECTOR), at=at(2026, 11, 26))
    a_case(office)
    sweep_on(office, LATE)
    assert "授权" not in papers(office, "reminder")[0]["authority"]
