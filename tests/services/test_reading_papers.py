"""A paper as it is looked at: a draft reads as it would be signed now, and what cannot be read says why."""

from unittest.mock import patch

import pytest

from notifications.errors import NoticeUnrenderable
from states.errors import Refusal
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, a_case, at, give, signed
from tests.writing import HANDLER, ORDER, TO_PERSON, brought_to, drafted
from workflow.services.documents import filing, showing
from workflow.services.rendering import render_pending, render_to, write_paper
from workflow.services.seeing import Onlooker
from workflow.storage import outbox
from workflow.storage.session import transaction

LATE, LATER = at(2026, 7, 23), at(2026, 7, 28)
NO_FONT = NoticeUnrenderable("没有字体。", code="glyph_missing")


@pytest.fixture
def paper(office):
    """A draft on a matter that is one working day late."""
    return drafted(office, a_case(office), at=LATE)


def text_of(office, paper, when):
    return showing.show(office, paper, at=when)["text"]


def refused(call, *words, **more):
    with pytest.raises(Refusal) as found:
        call(*words, **more)
    return found.value.code


def set_aside(office):
    with patch("workflow.services.rendering.printed", side_effect=NO_FONT):
        render_pending(office, by=signed(None, LATE))


def test_what_the_signer_reads_is_what_is_issued_but_for_the_number(office, paper):
    read = text_of(office, paper, LATE)
    assert "截至2026年7月23日已逾期1个工作日（1天）" in read
    brought_to(office, paper, "issued", at=LATE)
    assert text_of(office, paper, LATER) == read.replace("【草稿】\n", "").replace(
        "〔待填〕", "滨督单〔2026〕1号"
    )


def test_a_draft_reads_as_of_the_day_it_is_looked_at_and_a_signed_paper_of_the_day_it_was_signed(
    office, paper
):
    brought_to(office, paper, "reviewed", at=LATE)
    told = showing.show(office, paper, at=LATER)
    assert (told["as_of"], "截至2026年7月28日已逾期4个工作日（6天）" in told["text"]) == ("2026-07-28", True)
    from_hand = drafted(office, a_case(office), at=LATE)
    brought_to(office, from_hand, "signed", at=LATE)
    told = showing.show(office, from_hand, at=LATER)
    assert (told["as_of"], "截至2026年7月23日已逾期1个工作日（1天）" in told["text"]) == (None, True)


def test_a_draft_is_written_to_a_file_as_of_the_day_it_is_written(office, tmp_path):
    case, out = a_case(office), tmp_path / "稿.txt"
    paper = drafted(office, case, at=LATE)
    write_paper(office, paper, out, by=signed(None, LATER))
    written = out.read_text("utf-8")
    render_to(office, case.number, "supervision_order", out, by=signed(None, LATER), at=LATER)
    assert written == out.read_text("utf-8") == text_of(office, paper, LATER)
    assert "截至2026年7月28日" in written


def test_the_hash_a_signer_names_is_the_same_on_every_day(office, paper):
    hashes = {showing.show(office, paper, at=when)["content_sha256"] for when in (LATE, LATER)}
    assert len(hashes) == 1


def test_a_draft_can_be_read_after_its_matter_was_given_up(office):
    case = a_case(office)
    paper = drafted(office, case, at=LATE)
    give(office, case, "withdraw", DIRECTOR, LATE, reason="已由上级办理")
    assert "黄色督办单" in text_of(office, paper, LATER)


def test_a_draft_can_be_read_after_its_unit_sent_the_matter_back(office):
    case = a_case(office, "assigned")
    paper = drafted(office, case)
    give(office, case, "object", LIAISON, reason="不属本单位职责")
    assert "黄色督办单" in text_of(office, paper, LATER)


def test_a_paper_that_was_not_laid_out_tells_why_until_it_is(office, paper):
    brought_to(office, paper, "issued", at=LATE)
    assert showing.show(office, paper, at=LATE)["unprintable"] is None
    set_aside(office)
    told = showing.show(office, paper, at=LATE)["unprintable"]
    assert told == {"code": "glyph_missing", "message": "没有字体。"}
    render_pending(office, by=signed(None, LATE))
    assert showing.show(office, paper, at=LATE)["unprintable"] is None


def test_why_a_paper_to_a_person_was_not_laid_out_is_kept_from_others(office):
    """The reason may repeat its words."""
    paper = drafted(office, a_case(office), "personal_reminder", TO_PERSON, by=HANDLER, at=LATE)
    brought_to(office, paper, "issued", hands=("童晓棠", "顾砚清"), at=LATE)
    set_aside(office)
    told = {who: showing.show(office, paper, at=LATE, by=Onlooker(who, LATE)) for who in (HANDLER, OFFICER)}
    assert told[HANDLER]["unprintable"]["code"] == "glyph_missing"
    assert told[OFFICER]["unprintable"] is None


def test_of_a_void_draft_there_is_nothing_to_write(office, paper, tmp_path):
    filing.void(office, paper, by=signed(OFFICER), at=LATE, reason="不再需要")
    assert refused(write_paper, office, paper, tmp_path / "x.pdf", by=signed(None, LATE)) == "text_gone"


def test_a_paper_whose_mail_is_on_its_way_is_made_void_only_after_that(office, paper):
    brought_to(office, paper, "issued", at=LATE)
    render_pending(office, by=signed(None, LATE))
    void = {"by": signed(DIRECTOR, LATE), "at": LATE, "reason": "要求写错"}
    with transaction(office.engine) as tx:
        leased = outbox.lease(tx, LATE, LATER, ["*"], 20)
        outbox.hand_over(tx, leased)
    assert refused(filing.void, office, paper, **void) == "mail_leaving"
    with transaction(office.engine) as tx:
        outbox.settle(tx, leased, [{"state": "retry"} for _ in leased])
    assert filing.void(office, paper, **void)["state"] == "voided"


def test_a_beginning_two_papers_share_names_neither(office):
    case, ids = a_case(office), iter(["abcdef01" + "0" * 24, "abcdef02" + "0" * 24])
    with patch("workflow.services.documents.drafting.secrets") as dice:
        dice.token_hex.side_effect = lambda _: next(ids)
        drafted(office, case, stated=ORDER)
        second = drafted(office, case, stated=ORDER)
    assert refused(showing.show, office, "abcdef", at=OPENED) == "document_ambiguous"
    assert showing.show(office, "abcdef02", at=OPENED)["id"] == second
