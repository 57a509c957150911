"""No kind of paper without its wording, its mail, the names of its facts and its tests."""

from collections import Counter

import pytest

from notifications.facts import FACT_LABELS
from notifications.messages import CONFIDENTIAL_FACTS, CONFIDENTIAL_KINDS
from notifications.stationery import load_stationery
from states.papers.kinds import PAPERS
from tests.notifications.matter import FACTS
from tests.notifications.test_wording import GAPS, SAMPLES
from workflow.services.policies import facts_used


@pytest.mark.parametrize("kind", PAPERS)
def test_a_kind_has_facts_sample_and_gaps(kind: str) -> None:
    assert (SAMPLES / f"{kind}.txt").is_file()
    assert kind in FACTS
    assert kind in GAPS


def test_there_are_facts_samples_and_gaps_of_known_kinds_only() -> None:
    samples = {file.stem for file in SAMPLES.iterdir()}
    assert samples - {"deadline"} == FACTS.keys() == GAPS.keys() == PAPERS.keys()


@pytest.mark.parametrize("kind", PAPERS)
def test_whatever_a_kind_draws_on_has_a_name_and_whatever_is_stated_is_printed(kind: str) -> None:
    wording, paper = load_stationery(kind), PAPERS[kind]
    used = {path for part in (wording.notice, wording.subject, wording.text) for path in facts_used(part)}
    assert used <= FACT_LABELS.keys()
    counted = {"period.since", "period.until"}
    assert set(paper.stated) - counted <= used


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL_KINDS))
def test_the_mail_of_a_paper_to_a_person_draws_on_nothing_but_the_office(kind: str) -> None:
    wording = load_stationery(kind)
    for part in (wording.subject, wording.text, wording.html):
        roots = {path.partition(".")[0] for path in facts_used(part)}
        assert roots <= CONFIDENTIAL_FACTS | {"recipient_name", "copy_code"}


def test_no_two_kinds_of_an_organ_share_a_series_or_a_name() -> None:
    series = Counter((paper.issuer, paper.series) for paper in PAPERS.values())
    names = Counter(paper.label for paper in PAPERS.values())
    assert max(series.values()) == max(names.values()) == 1


@pytest.mark.parametrize("kind", [kind for kind, paper in PAPERS.items() if paper.is_confidential])
def test_a_paper_to_a_person_is_the_organization_department_s(kind: str) -> None:
    assert PAPERS[kind].issuer == "organization"


@pytest.mark.parametrize("kind", [kind for kind, paper in PAPERS.items() if paper.stated])
def test_what_people_draft_somebody_signs(kind: str) -> None:
    assert PAPERS[kind].signers
