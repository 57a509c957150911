"""Numbers of papers people write: one after the other, without gaps, whoever issues at once or is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import update

from states.document_number import DocumentNumber, parse
from states.errors import Refusal
from tests.builders import CLERK, DIRECTOR, OPENED, a_case, at, opened_again, rows, signed, sweep_on
from tests.writing import CIRCULAR, FOR_LEADER, brought_to, drafted
from workflow.services.documents import filing, issuing, numbering
from workflow.services.rendering import write_paper
from workflow.services.verification import verify
from workflow.storage.models import Document
from workflow.storage.serials import NUMBERS
from workflow.storage.session import transaction

HANDS, EACH = 4, 3
NEW_YEARS_EVE, NEW_YEAR = at(2026, 12, 31), at(2027, 1, 4)


def serials(office, code):
    numbers = [parse(row.number) for row in rows(office, Document) if row.number]
    return sorted(one.serial for one in numbers if one.code == code)


def test_whoever_issues_at_once_leaves_no_gap_whatever_is_refused(office):
    """In each hand signed papers and drafts that may not be issued, each through a connection of its own."""
    papers = []
    for _ in range(HANDS):
        case = a_case(office)
        made = [drafted(office, case) for _ in range(2 * EACH)]
        for paper in made[::2]:
            brought_to(office, paper, "signed")
        papers.append(made)
    start = Barrier(HANDS)

    def issue(made):
        with opened_again(office) as again:
            start.wait()
            return [_issued(again, paper) for paper in made]

    with ThreadPoolExecutor(HANDS) as pool:
        done = [one for made in pool.map(issue, papers) for one in made]
    assert done.count(None) == HANDS * EACH
    assert serials(office, "滨督单") == list(range(1, HANDS * EACH + 1))
    assert numbering.register(office)["gaps"] == []
    assert verify(office).findings == []


def _issued(office, paper):
    try:
        return issuing.issue(office, paper, by=signed(CLERK), at=OPENED)["number"]
    except Refusal as refusal:
        assert refusal.code == "transition_refused"
        return None


def test_one_paper_is_issued_once_however_many_ask(office):
    paper = drafted(office, a_case(office))
    brought_to(office, paper, "signed")
    start = Barrier(HANDS)

    def issue(_):
        with opened_again(office) as again:
            start.wait()
            return _issued(again, paper)

    with ThreadPoolExecutor(HANDS) as pool:
        done = list(pool.map(issue, range(HANDS)))
    assert sorted(filter(None, done)) == ["滨督单〔2026〕1号"]
    assert serials(office, "滨督单") == [1]


def test_the_ladder_and_people_draw_from_one_series(office):
    case = a_case(office)
    late = at(2026, 7, 23)
    sweep_on(office, late)
    paper = drafted(office, case, "reminder", {"reply_by": "2026-08-05"}, at=late)
    assert brought_to(office, paper, "issued", at=late)["number"] == "滨督函〔2026〕2号"


def test_every_year_begins_with_one(office):
    case = a_case(office)
    for when in (OPENED, NEW_YEAR):
        brought_to(office, drafted(office, case, at=when), "issued", at=when)
    register = numbering.register(office, series="滨督单")
    assert [one["number"] for one in register["numbers"]] == ["滨督单〔2026〕1号", "滨督单〔2027〕1号"]
    assert len(numbering.register(office, year=2027)["numbers"]) == 1


def test_signed_last_year_and_issued_this_year_a_paper_goes_on_with_last_year_s_numbers(office):
    """The year of its number is that of its date, on paper and in its series."""
    case = a_case(office)
    early, late, new = (drafted(office, case, at=when) for when in (*[NEW_YEARS_EVE] * 2, NEW_YEAR))
    brought_to(office, early, "issued", at=NEW_YEARS_EVE)
    brought_to(office, late, "signed", at=NEW_YEARS_EVE)
    brought_to(office, new, "issued", at=NEW_YEAR)
    assert issuing.issue(office, late, by=signed(CLERK), at=NEW_YEAR)["number"] == "滨督单〔2026〕2号"
    register = numbering.register(office, series="滨督单")
    assert [(one["number"], one["date"]) for one in register["numbers"]] == [
        ("滨督单〔2026〕1号", "2026-12-31"),
        ("滨督单〔2026〕2号", "2026-12-31"),
        ("滨督单〔2027〕1号", "2027-01-04"),
    ]
    assert register["gaps"] == verify(office).findings == []


def test_the_file_of_a_paper_bears_the_date_its_number_is_of(office, tmp_path):
    late = drafted(office, a_case(office), at=NEW_YEARS_EVE)
    brought_to(office, late, "signed", at=NEW_YEARS_EVE)
    issuing.issue(office, late, by=signed(CLERK), at=NEW_YEAR)
    write_paper(office, late, tmp_path / "x.txt", by=signed(None, NEW_YEAR))
    text = (tmp_path / "x.txt").read_text(encoding="utf-8")
    assert "滨督单〔2026〕1号" in text
    assert "2026年12月31日" in text
    assert "2027年" not in text


def test_the_register_tells_of_void_numbers_and_keeps_them(office):
    case = a_case(office)
    brought_to(office, drafted(office, case), "issued")
    filing.void(office, "滨督单〔2026〕1号", by=signed(DIRECTOR), at=OPENED, reason="事项写错")
    brought_to(office, drafted(office, case), "issued")
    told = {one["number"]: one for one in numbering.register(office, series="滨督单")["numbers"]}
    assert told["滨督单〔2026〕1号"]["void_reason"] == "事项写错"
    assert told["滨督单〔2026〕2号"]["state_label"] == "已印发"
    assert numbering.register(office)["gaps"] == []


def test_the_register_names_what_a_series_lacks(office):
    brought_to(office, drafted(office, None, "circular", CIRCULAR), "issued", hands=FOR_LEADER)
    with transaction(office.engine) as tx:
        tx.execute(update(NUMBERS).where(NUMBERS.c.series == "滨督通").values(last=3))
    assert numbering.register(office)["gaps"] == ["滨督通〔2026〕2号", "滨督通〔2026〕3号"]


@pytest.mark.parametrize("text", ["滨督单〔2026〕3号", "组提〔2027〕120号"])
def test_a_number_is_read_as_it_is_written(text):
    assert str(parse(text)) == text


def test_numbers_go_by_series_then_year_then_serial():
    ordered = [DocumentNumber("滨督函", *one) for one in ((2026, 2), (2026, 10), (2027, 1))]
    assert sorted({*ordered}) == ordered
