"""Whoever may write wording may write nothing else: it reaches no object, and it ends.

The payloads run in a process of their own, which measures itself.
"""

import json
import subprocess
import sys
import time
from functools import cache
from typing import Any

import pytest
from jinja2 import Undefined

from notifications import sandbox
from notifications.errors import NoticeUnrenderable
from notifications.facts import ROOTS
from notifications.substitution import check, faults, line_of, names_in, render
from tests.notifications.payloads import ESCAPES, EXHAUSTIONS, METHODS, PAYLOADS, nested

FACTS = {
    "case": {"title": "消防通道整治", "number": "滨督2026-031", "co_units": ["甲局", "乙局"]},
    "copies": ["甲局", "乙局"],
    "late": {"days": 18},
}
TRACES = ("<class", "<built-in", "<bound", "<function", "object at 0x", "0x7f", "__", "root:")
SECONDS, MEBIBYTES = 2, 256

RUN = """
import json, resource, sys
from tests.notifications.payloads import PAYLOADS
from tests.notifications.test_sandbox import FACTS, outcome
outcome("{{ 'a' }}{% for one in copies %}{{ loop.index }}{% endfor %}{{ case }}")
seen, watching = [], False
ACTS = ("open", "import", "os.", "subprocess", "socket", "shutil", "ctypes")
sys.addaudithook(lambda event, _: watching and event.startswith(ACTS) and seen.append(event))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for payload in PAYLOADS:
    watching = True
    came = outcome(payload)
    watching = False
    print(json.dumps([*came, peak() - before, seen[:]]), flush=True)
    seen.clear()
"""


def outcome(payload: str) -> tuple[list[str], float]:
    """What checking it, and rendering it into a paper and a draft, comes to, and the most seconds of one."""
    works = (
        lambda: check.__wrapped__(payload, name="x", roots=ROOTS) or "",
        lambda: render(payload, FACTS, medium="paper"),
        lambda: render(payload, FACTS, medium="html", draft=True),
    )
    came, longest = [], 0.0
    for work in works:
        begun = time.process_time()
        came.append(_tried(work))
        longest = max(longest, time.process_time() - begun)
    return came, longest


def _tried(work: Any) -> str:
    try:
        return str(work())
    except NoticeUnrenderable as refusal:
        return f"!{refusal.code}"


@cache
def measured() -> list[tuple[list[str], float, int, list[str]]]:
    ran = subprocess.run(
        [sys.executable, "-c", RUN], capture_output=True, text=True, timeout=280, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines()]


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200
    assert len(measured()) == len(PAYLOADS)


def test_no_payload_reaches_an_object_or_touches_anything() -> None:
    reached = [
        (payload[:60], came)
        for payload, (came, _, _, seen) in zip(PAYLOADS, measured(), strict=True)
        if seen or any(trace in text for text in came for trace in TRACES)
    ]
    assert reached == []


def test_every_escape_is_refused_by_the_check_or_when_it_is_tried() -> None:
    through = [
        payload
        for payload, (came, *_) in zip(ESCAPES, measured(), strict=False)
        if not (came[0].startswith("!") or came[1].startswith("!"))
    ]
    assert through == []


def test_every_payload_ends_soon_and_stays_small() -> None:
    slow = [
        (payload[:60], round(seconds, 2), grown)
        for payload, (_, seconds, grown, _) in zip(PAYLOADS, measured(), strict=True)
        if seconds > SECONDS or grown > MEBIBYTES
    ]
    assert slow == []


@pytest.mark.parametrize("method", METHODS)
def test_no_method_is_reached_even_where_the_grammar_lets_it_pass(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "forbidden", lambda tree: iter(()))
    sandbox.compiled.cache_clear()
    came = _tried(lambda: render(f"{{{{ {method} }}}}", FACTS, medium="paper"))
    sandbox.compiled.cache_clear()
    assert came in ("!wording_unsafe", "!wording_invalid", "!fact_missing")


def test_nothing_but_range_may_be_called_whatever_is_reached() -> None:
    environment = sandbox.Wording(undefined=Undefined, finalize=str, autoescape=False)
    callables = (environment.globals["range"], print, str.upper, {}.update, len)
    assert [environment.is_safe_callable(one) for one in callables] == [True, False, False, False, False]


def test_loops_within_loops_end_with_a_refusal_that_says_so() -> None:
    with pytest.raises(NoticeUnrenderable, match="循环太多") as refusal:
        render("一\n" + nested(3, ""), FACTS, medium="paper")
    assert (refusal.value.code, line_of(refusal.value)) == ("wording_endless", 2)


def test_the_same_wording_ends_at_the_same_place_every_time() -> None:
    last = [_tried(lambda: render(nested(2, "{% if copies %}{% endif %}"), FACTS, medium="text"))] * 3
    assert set(last) == {"!wording_endless"}


def test_the_longest_annex_an_office_may_write_is_within_the_bounds() -> None:
    rows = [["栏"] * 8] * 500
    row = "@行 {% for cell in row %}{% if not loop.first %}|{% endif %}{{ cell }}{% endfor %}"
    table = f"{{% for row in items %}}{row}\n{{% endfor %}}"
    assert render(table, {"items": rows}, medium="paper").count("@行") == 500


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("一\n二\n{% include 'x' %}", 3, "wording_unsafe"),
        ("一\n{{ case.title.upper() }}", 2, "wording_unsafe"),
        ("一\n{{ '\\ue001' }}", 2, "wording_unsafe"),
        ("一\n二\n三\u202e", 3, "wording_invalid"),
        ("{% if number %}\n{{ case.titel }}\n{% endif %}", 2, "wording_invalid"),
        ("一\n{{ case.title|upcase }}", 2, "wording_invalid"),
        ("一\n{{ case.title｜length }}", 2, "wording_invalid"),
    ],
)
def test_checking_names_the_line(source: str, line: int, code: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=f"模板x第{line}行") as refusal:
        check(source, name="x")
    assert (refusal.value.code, refusal.value.facts["line"]) == (code, line)


def test_the_facts_a_template_draws_on_are_known_by_their_roots() -> None:
    source = (
        "{% set a = case.title %}{{ a }}{% for one in copies %}{{ loop.index }}{{ range(2) }}{% endfor %}"
    )
    assert names_in(source) == {"case", "copies"}


def test_everything_that_is_wrong_is_told_line_by_line() -> None:
    found = list(faults("{{ adressee }}\n{{ case.titel }}\n{{ case.titel }}\n{{ number }}"))
    assert [(one.line, one.unknown, one.advice) for one in found] == [
        (1, "adressee", "是否指addressee"),
        (2, "case.titel", "是否指case.title"),
        (3, "case.titel", "是否指case.title"),
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{% if number %}", "“{% if %}”没有结束，请补上“{% endif %}”"),
        ("{% endif %}", "多了“{% endif %}”"),
        ("{{ number", "模板没有写完"),
        ("{# 注", "注释没有结束"),
        ("{{ number｜length }}", "全角符号“｜”，请改为半角"),
        ("{% do x %}", "没有“{% do %}”这种写法"),
        ("{{ number number }}", "应为“}}”，写成了“number”"),
        ("{{ }}", "花括号内没有写完"),
    ],
)
def test_a_slip_of_syntax_is_told_in_chinese(source: str, told: str) -> None:
    assert told in str(next(faults(source)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ copies|join('、') }}", "甲局、乙局"),
        ("{{ copies|length }}{{ copies|first }}{{ copies|last }}", "2甲局乙局"),
        ("{{ case.title|truncate(5, true, '…', 0) }}", "消防通道…"),
        ("{{ '%2d'|format(late.days) }}/{{ '%.1f'|format(2.25) }}", "18/2.2"),
        ("{{ late.days + 1 }}{{ late.days * 100 // 7 }}{{ 2.26|round(1) }}{{ 2.6|round }}", "192572.33"),
        ("{{ case.title ~ '（' ~ late.days ~ '）' }}", "消防通道整治（18）"),
        ("{{ case.title|replace('消防', '应急') }}", "应急通道整治"),
        ("{{ nope|default('无') }}{{ ''|default('空', true) }}", "无空"),
        ("{% for one in copies %}{{ loop.index }}.{{ one }}{% endfor %}", "1.甲局2.乙局"),
        ("{% for one in copies %}{{ one }}{% if not loop.last %}、{% endif %}{% endfor %}", "甲局、乙局"),
        ("{% for one in copies if one != '甲局' %}{{ one }}{% else %}无{% endfor %}", "乙局"),
        ("{% set n = 3 %}{% for _ in range(n) %}口{% endfor %}", "口口口"),
        ("{{ '甲' if late.days is even else '乙' }}{% if '甲局' in copies %}有{% endif %}", "甲有"),
        ("{{ [3, 1, 2]|sort|join }}{{ copies|reverse|join }}{{ [1, 2]|sum }}", "123乙局甲局3"),
        ("{{ case.co_units[0] }}{{ case['title'] }}", "甲局消防通道整治"),
        ("{% for one in copies %}{{ case.co_units[loop.index0] }}{% endfor %}", "甲局乙局"),
    ],
)
def test_what_offices_need_is_there(source: str, text: str) -> None:
    check(source, name="x", roots=ROOTS | {"nope"})
    assert render(source, FACTS, medium="text") == text


@pytest.mark.parametrize("source", ["{{ copies }}", "{{ case }}", "{{ copies|length == 2 }}", "{{ range }}"])
def test_what_is_no_word_is_never_printed(source: str) -> None:
    assert _tried(lambda: render(source, FACTS, medium="paper")) == "!wording_invalid"


@pytest.mark.parametrize(
    "source",
    [
        "{{ nope + 1 }}",
        "{{ -nope }}",
        "{{ nope.a.b }}",
        "{{ nope|upper }}",
        "{{ nope|join }}",
        "{{ nope|sort|first }}",
    ],
)
def test_a_draft_shows_a_gap_whatever_is_done_with_it(source: str) -> None:
    assert render(source, {}, medium="text", draft=True) == "〔待填〕"
    assert _tried(lambda: render(source, {}, medium="text")) == "!fact_missing"


def test_exhaustion_is_tried_often_enough() -> None:
    assert len(EXHAUSTIONS) >= 100
