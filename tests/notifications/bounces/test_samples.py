import pytest

from tests.notifications.bounces.mailbag import Sample, samples, told

REPORTS, NOTICES, OTHERS = samples("reports"), samples("notices"), samples("others")
NOT_TIED = ["nothing_ties_it"]
"""Comes back to our plain address and gives nothing of the mail: only its recipient can be told."""


def named(sample: Sample) -> str:
    return sample.path.stem


@pytest.mark.parametrize("sample", REPORTS + NOTICES, ids=named)
def test_a_bounce_says_whom_it_is_about_and_what_became_of_the_mail(sample: Sample) -> None:
    assert [told(one) for one in sample.bounces] == sample.expected["bounces"]


def test_bounces_are_tied_to_the_mail_they_are_about() -> None:
    assert (len(REPORTS) >= 30, len(NOTICES) >= 10) == (True, True)
    loose = [named(sample) for sample in REPORTS + NOTICES if not sample.is_tied()]
    assert loose == NOT_TIED
    assert len(loose) <= len(REPORTS + NOTICES) * 0.05


@pytest.mark.parametrize("sample", OTHERS, ids=named)
def test_what_is_no_bounce_says_at_most_that_a_machine_answered(sample: Sample) -> None:
    assert [told(one) for one in sample.bounces] == sample.expected["bounces"]
    assert {one.kind for one in sample.bounces} <= {"auto_reply"}
    assert sample.is_tied() or not sample.bounces


def test_a_diagnostic_is_one_line_of_bounded_length() -> None:
    diagnostics = [one.diagnostic for sample in REPORTS + NOTICES for one in sample.bounces]
    assert all(one.isprintable() and len(one) <= 500 for one in diagnostics)
    assert any("User unknown in virtual mailbox table" in one for one in diagnostics)
    assert any("收件人邮箱空间不足" in one for one in diagnostics)
