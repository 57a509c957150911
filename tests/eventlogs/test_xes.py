"""XES that stays well-formed whatever the words are."""

from dataclasses import replace
from xml.etree.ElementTree import parse

from hypothesis import given
from hypothesis import strategies as st

from states.eventlog import LEFT_OUT
from tests.eventlog_entries import ASSIGNED, OPENED, told
from workflow.eventlogs.about import About
from workflow.eventlogs.xes import write_xes

ABOUT = About(None, "2026-11-20T09:00:00.000000Z", {})
BAD = "\x00\x0b\x1b\x7f\u0085\ufffe\uffff"


def written(folder, *traces):
    path = folder / "log.xes"
    write_xes(path, ABOUT, traces)
    return parse(path).getroot()  # noqa: S314 – what the test itself has written


def values(element):
    return {one.get("key"): one.get("value") for one in element if one.get("key")}


def test_a_case_is_a_trace_and_an_entry_an_event(tmp_path):
    log = written(tmp_path, told(OPENED, ASSIGNED))
    (trace,) = log.findall("trace")
    opened, assigned = map(values, trace.findall("event"))
    assert values(trace)["concept:name"] == "滨督2026-001"
    assert (opened["concept:name"], opened["time:timestamp"]) == ("opened", OPENED["occurred_at"])
    assert assigned["org:resource"].startswith("P") and assigned["lifecycle:transition"] == "complete"
    assert assigned["working_minutes_since_former"] == "480" and "working_minutes_since_former" not in opened


def test_what_is_global_is_on_every_trace_and_event_and_classifiers_use_nothing_else(tmp_path):
    log = written(tmp_path, told(OPENED, ASSIGNED))
    of_traces, of_events = (values(one).keys() for one in log.findall("global"))
    assert all(of_traces <= values(one).keys() for one in log.findall("trace"))
    assert all(of_events <= values(one).keys() for one in log.findall("trace/event"))
    assert {one.get("keys") for one in log.findall("classifier")} <= of_events


def test_the_log_says_what_it_leaves_out(tmp_path):
    assert values(written(tmp_path))["left_out"] == LEFT_OUT


@given(st.text())
def test_any_words_come_back_but_for_what_xml_cannot_hold(tmp_path_factory, text):
    trace = told(OPENED)
    trace = replace(trace, happenings=(replace(trace.happenings[0], label=text),))
    log = written(tmp_path_factory.getbasetemp(), trace)
    kept = "".join(one if is_xml(one) else "\ufffd" for one in text)
    assert values(log.find("trace/event"))["label"] == kept


def is_xml(character):
    code = ord(character)
    return character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def test_characters_that_end_an_attribute_do_not(tmp_path):
    trace = told(OPENED)
    words = f'"/><event/>&amp;<!--{BAD}'
    log = written(tmp_path, replace(trace, case=words))
    assert len(log.findall("trace/event")) == 1
    assert values(log.find("trace"))["concept:name"].startswith('"/><event/>&amp;<!--')
