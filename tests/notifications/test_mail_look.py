"""What a mail looks like in the programs people read mail with, and that text and HTML say the same."""

import html
import re

import pytest

from notifications.facts import KINDS, MAIL_KINDS
from notifications.messages import CONFIDENTIAL_KINDS, build_message, copy_code
from notifications.samples import samples
from notifications.stationery import Stationery, load_mail, load_stationery
from tests.notifications.matter import FACTS
from tests.notifications.test_messages import HEADERS, MESSAGE_ID, read, words

SAMPLES = [(kind, one) for kind in {**KINDS, **MAIL_KINDS} for one in samples(kind)]
BUTTON, ENTRY = "进入督办系统办理", "办理入口："


def built(kind, facts, wording=None):
    return read(build_message(wording or load_mail(kind), facts, **HEADERS))


def shown(page):
    """What a reader sees of a page, without white space."""
    body = re.sub(r"<head>.*?</head>|<!--.*?-->", "", page, flags=re.DOTALL)
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


@pytest.mark.parametrize(
    ("kind", "sample"), SAMPLES, ids=[f"{kind}-{sample.label}" for kind, sample in SAMPLES]
)
def test_text_and_html_say_the_same_words(kind, sample):
    message = built(kind, sample.facts)
    text = re.sub(rf"{ENTRY}.*", "", words(message, "plain"))
    assert shown(words(message, "html")).replace(BUTTON, "") == "".join(text.split())


@pytest.mark.parametrize("kind", [*KINDS, *MAIL_KINDS])
def test_a_page_asks_nothing_of_a_mail_program_that_some_lack(kind):
    page = words(built(kind, samples(kind)[0].facts), "html")
    assert page.startswith("<!doctype html>")
    assert not re.search(r"<(img|script|link|form|iframe|object|video|svg)\b|url\(|@import|@font-face", page)
    drawn = re.sub(r"<!--.*?-->", "", page)  # Outlook alone reads those
    unstyled = [tag for tag in re.findall(r"<(?:p|td|pre)\b[^>]*>", drawn) if "style=" not in tag]
    assert unstyled == []
    assert {int(size) for size in re.findall(r"font-size: (\d+)px", page)} == {16}
    assert {int(width) for width in re.findall(r"max-width: (\d+)px", page)} == {600}
    assert max(map(len, re.findall(r'width="(\d+)"', page))) <= 3


@pytest.mark.parametrize("kind", [*KINDS, *MAIL_KINDS])
def test_a_page_has_one_link_and_the_text_the_same_in_letters_a_mail_program_knows(kind):
    message = built(kind, samples(kind)[0].facts)
    links = re.findall(r'href="([^"]*)"', words(message, "html"))
    assert len(links) == (kind not in CONFIDENTIAL_KINDS | {"circular", "checkpoint", "trial"})
    assert all(link.isascii() and f"{ENTRY}{link}\n" in words(message, "plain") for link in links)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - CONFIDENTIAL_KINDS))
def test_a_mail_bears_the_number_of_its_paper_and_the_code_of_its_copy(kind):
    facts = samples(kind)[0].facts
    message = built(kind, facts)
    said = (facts["number"], copy_code(MESSAGE_ID)) if facts.get("number") else (copy_code(MESSAGE_ID),)
    for part in ("plain", "html"):
        assert all(one in words(message, part) for one in said)
    assert not facts.get("number") or facts["number"] in message["Subject"]


@pytest.mark.parametrize("kind", sorted((KINDS.keys() | MAIL_KINDS.keys()) - CONFIDENTIAL_KINDS))
def test_a_subject_names_the_matter_and_a_date(kind):
    for sample in samples(kind):
        subject = built(kind, sample.facts)["Subject"]
        assert re.search(r"\d{4}年(\d+月\d+日|第.季度)", subject)
        matter = sample.facts.get("case", {})
        named = (matter.get("title", "")[:24], matter.get("number", ""))
        assert not matter or kind == "checkpoint" or any(one and one in subject for one in named)


def test_what_is_late_stands_out_by_day_and_by_night():
    page = words(built("digest", samples("digest")[0].facts), "html")
    assert re.search(r'<strong class="late" style="color: #c62828">逾期1个工作日</strong>', page)
    assert re.search(r"prefers-color-scheme: dark\) \{ \.late \{ color: #ff8a80 !important", page)


@pytest.mark.parametrize("rows", [0, 1, 50])
def test_a_list_of_any_length_is_one_column(rows):
    item = {"label": "待办结", "title": "老旧小区消防通道堵塞整治", "number": "滨督2026-031", "standing": ""}
    facts = {**samples("digest")[0].facts, "items": [{**item, "due_on": "2026-11-16"}] * rows, "more": rows}
    message = built("digest", facts)
    page = re.sub(r"<!--.*?-->", "", words(message, "html"))
    assert page.count("<td") == page.count("<tr>") == 2 + rows  # the frame and the button have one each
    assert page.count("<strong>待办结</strong>") == words(message, "plain").count("待办结：") == rows
    assert (f"另有{rows}项未列出" in page) == bool(rows)


def test_wording_that_is_a_page_already_goes_as_it_is():
    usual, page = (
        load_stationery("reminder"),
        "<!doctype html><html><body><p>{{ copy_code }}</p></body></html>",
    )
    wording = Stationery("reminder", usual.notice, usual.subject, usual.text, page)
    told = words(built("reminder", FACTS["reminder"], wording), "html")
    assert told.strip() == page.replace("{{ copy_code }}", copy_code(MESSAGE_ID))


@pytest.mark.parametrize(
    ("urgency", "priority"), [("特急", "1"), ("加急", "2"), ("平急", None), (None, None)]
)
def test_only_a_paper_that_asks_for_haste_is_marked_urgent(urgency, priority):
    facts = samples("dispatch_slip")[0].facts
    message = built("dispatch_slip", {**facts, "slip": {**facts["slip"], "urgency": urgency}})
    assert (message["X-Priority"], message["Importance"]) == (priority, priority and "high")
    assert built("reminder", FACTS["reminder"])["Importance"] is None
