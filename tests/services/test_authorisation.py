"""The standing authorisation is the director's own act, and the papers carry it."""

import pytest

from states.errors import NotPermitted
from tests.builders import a_case, at, papers, signed, sweep_on
from workflow.services import authorisation

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
