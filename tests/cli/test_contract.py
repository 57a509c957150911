"""What outsiders rely on: one JSON document, exit codes, a code in every refusal, never a traceback."""

import getpass
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_case, history, row_counts, stored, with_approval_stage
from workflow.cli.contents import CONTENTS, fetched
from workflow.services.installation import lifecycle_of

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NUMBER = "滨督2026-001"

REFUSALS = [
    (["bogus"], "unknown_command"),
    (["case", "bogus"], "unknown_command"),
    (["escalation", "bogus"], "unknown_command"),
    (["outbox", "bogus"], "unknown_command"),
    (["case", "show"], "usage"),
    (["case", "show", NUMBER, "一个多余的词"], "usage"),
    (["case", "list", "--bogus"], "usage"),
    (["case", "show", "滨督2026-999"], "case_unknown"),
    (["case", "history", "滨督2026-999"], "case_unknown"),
    (["case", "diff", NUMBER, "--from", "2026-07-01"], "usage"),
    (["case", "diff", NUMBER, "--from", "2026-07-02", "--to", "2026-07-01"], "period_reversed"),
    (["case", "diff", "滨督2026-999", "--from", "2026-07-01", "--to", "2026-07-02"], "case_unknown"),
    (["audit", "search", "--kind", "签发"], "kind_unknown"),
    (["audit", "search", "--case", "滨督2026-999"], "case_unknown"),
    (["audit", "search", "--actor", "无此人"], "person_unknown"),
    (["audit", "search", "--by", "昨天"], "time_unknown"),
    (["audit", "search", "--limit", "0"], "usage"),
    (["audit", "search", "--after", "昨天"], "cursor_invalid"),
    (["audit", "search", "--from", "2026-07-02", "--to", "2026-07-01"], "period_reversed"),
    (["audit", "journal", "--as", "盛宁远"], "not_yours"),
    (["audit", "counts"], "usage"),
    (["report"], "usage"),
    (["report", "week"], "span_unknown"),
    (["report", "month", "2026-13"], "period_invalid"),
    (["report", "year", "2026Q4"], "period_invalid"),
    (["report", "month", "2099-01"], "period_ahead"),
    (["report", "month", "2026-07", "--unit", "无此单位"], "unit_unknown"),
    (["report", "month", "2026-07", "--as", "无此人"], "person_unknown"),
    (["report", "month", "2026-07", "--out", "报表.csv"], "form_unknown"),
    (["report", "month", "2026-07", "--out", "没有/报表.xlsx"], "file_unusable"),
    (["report", "month", "2026-07", "--as", "盛宁远", "--out", "通报.pdf"], "circular_not_yours"),
    (["audit", "counts", "--as-of", "2026-07-01", "--by", "领导"], "grouping_unknown"),
    (["explain", "滨督2026-999"], "case_unknown"),
    (["case", "acknowledge", NUMBER], "person_missing"),
    (["case", "acknowledge", NUMBER, "--as", "无此人"], "person_unknown"),
    (["case", "acknowledge", NUMBER, "--as", "吕喆"], "not_permitted"),
    (["case", "acknowledge", NUMBER, "--as", "盛宁远", "--at", "明天"], "instant_invalid"),
    (["case", "acknowledge", NUMBER, "--as", "盛宁远", "--at", "9999-12-31"], "year_out_of_range"),
    (["case", "close-out", NUMBER, "--as", "卞知远"], "transition_refused"),
    (["case", "list", "--as-of", "2026-13-01"], "instant_invalid"),
    (["audit", "counts", "--as-of", "2099-01-01"], "as_of_ahead"),
    (["case", "list", "--as-of", "2099-01-01"], "as_of_ahead"),
    (["case", "show", NUMBER, "--as-of", "2099-01-01"], "as_of_ahead"),
    (["case", "history", NUMBER, "--as-of", "2099-01-01"], "as_of_ahead"),
    (["case", "nodes", NUMBER, "--as-of", "2099-01-01"], "as_of_ahead"),
    (["export", "warehouse", "仓库", "--as-of", "2099-01-01"], "as_of_ahead"),
    (["case", "open", "--as", "吕喆", "--source", "信箱"], "title_missing"),
    (
        ["case", "open", "--as", "吕喆", "--title", "甲", "--source", "乙", "--series", "滨" * 33],
        "series_invalid",
    ),
    (
        ["case", "open", "--as", "吕喆", "--title", "甲", "--source", "乙", "--series", "滨督-"],
        "series_invalid",
    ),
    (["case", "open", "--as", "吕喆", "--title", "亮" * 32_768, "--source", "乙"], "text_too_long"),
    (["case", "open", "--as", "吕喆", "--title", "关于路灯 机密★10年", "--source", "乙"], "state_secret"),
    (["case", "withdraw", NUMBER, "--as", "卞知远", "--reason", "绝 密 ★"], "state_secret"),
    (["escalation", "reject", "没有", "--as", "卞知远", "--reason", "秘密"], "state_secret"),
    (["case", "show", "督" * 65], "text_too_long"),
    (["case", "acknowledge", NUMBER, "--as", "盛" * 65], "text_too_long"),
    (["explain", "督" * 65], "text_too_long"),
    (["escalation", "reject", "a" * 65, "--as", "卞知远"], "text_too_long"),
    (["render", "reminder", "--case", "督" * 65, "--out", "a.pdf"], "text_too_long"),
    (["case", "report-progress", NUMBER, "--as", "盛宁远", *["--evidence", "a.txt"] * 51], "too_many"),
    (["case", "assign", NUMBER, "--as", "卞知远", "--lead", "市城管局", "--co", "甲、" * 201], "too_many"),
    (["import", "台账-样例.xlsx", "--accept", "1," * 50_001], "too_many"),
    (
        ["case", "assign", NUMBER, "--as", "卞知远", "--lead", "市城管局", "--limit", "99999m"],
        "limit_out_of_range",
    ),
    (["case", "assign", NUMBER, "--as", "卞知远", "--due", "2101-01-01"], "year_out_of_range"),
    (["case", "list", "--as-of", "1989-12-31"], "year_out_of_range"),
    (["explain", NUMBER, "--at", "0001-01-01"], "year_out_of_range"),
    (["case", "list", "--light", "紫"], "light_unknown"),
    (["case", "suspend", NUMBER, "--as", "卞知远", "--review-on", "31.12.2026"], "date_invalid"),
    (["case", "show", "\udcff"], "text_invalid"),
    (["outbox", "show", "0123456789"], "mail_unknown"),
    (["outbox", "show", "甲"], "mail_unknown"),
    (["outbox", "list", "--state", "待发"], "mail_state_unknown"),
    (["outbox", "list", "--limit", "0"], "usage"),
    (["outbox", "hold", "0123456789", "--as", "吕喆"], "reason_missing"),
    (["outbox", "hold", "0123456789", "--reason", "甲"], "person_missing"),
    (["outbox", "hold", "0123456789", "--reason", "甲", "--as", "盛宁远"], "not_permitted"),
    (["outbox", "cancel", "0123456789", "--reason", " ", "--as", "吕喆"], "reason_missing"),
    (["outbox", "retry", "0123456789", "--as", "吕喆"], "mail_unknown"),
    (["outbox", "release", "0123456789", "--as", "吕喆", "--reason", "秘密"], "state_secret"),
    (["outbox", "silence", "a@b.example", "--as", "吕喆"], "reason_missing"),
    (["outbox", "silence", "甲", "--as", "吕喆", "--reason", "甲"], "address_invalid"),
    (
        ["outbox", "silence", "a@b.example", "--as", "吕喆", "--reason", "甲", "--until", "2020-01-01"],
        "until_in_the_past",
    ),
    (["outbox", "allow", "a@b.example", "--as", "吕喆"], "address_not_silenced"),
    (["outbox", "bounced", "没有.eml"], "file_unusable"),
    (["escalation", "approve", "没有", "--as", "卞知远"], "escalation_unknown"),
    (["import", "没有.xlsx"], "file_not_found"),
    (["import", "滨" * 400 + ".xlsx"], "file_unusable"),
    (["import", "台账-样例.xlsx", "--accept", "十七"], "row_invalid"),
    (["render", "poem", "--case", NUMBER, "--out", "文书.pdf"], "document_kind_unknown"),
    (["render", "assignment", "--case", NUMBER, "--out", "文书.doc"], "form_unknown"),
    (["render", "assignment", "--case", NUMBER, "--out", "没有/文书.pdf"], "file_unusable"),
]


@pytest.mark.usefixtures("copied_workbooks")
@pytest.mark.parametrize(("words", "code"), REFUSALS)
def test_a_refusal_is_one_document_with_its_code_and_exit_code_one(office, duban, words, code):
    a_case(office, "assigned")
    before = row_counts(office)
    answer = duban(*words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert set(answer.json) == {"code", "message", "facts"}
    assert any("一" <= character <= "鿿" for character in answer.json["message"])
    assert row_counts(office) == before


def test_without_json_a_refusal_goes_to_standard_error_in_chinese(duban):
    answer = duban("case", "show", "滨督2026-999")
    assert (answer.code, answer.out) == (1, "")
    assert "没有编号为“滨督2026-999”的事项" in answer.err
    assert "case_unknown" in answer.err


def test_square_brackets_in_a_refusal_are_no_markup(duban):
    assert "[red]x[/bold]" in duban("case", "show", "[red]x[/bold]").err


@pytest.mark.parametrize("words", [[], ["case"], ["escalation"], ["outbox"]])
def test_a_command_without_its_word_shows_the_usage(duban, words):
    answer = duban(*words)
    assert answer.code == 1
    assert "Usage: duban" in answer.out
    assert "请写明要执行的命令" in answer.err


@pytest.mark.parametrize(
    "words", [["case", "list"], ["verify"], ["sweep", "--once"], ["outbox", "list"], ["doctor"], ["migrate"]]
)
def test_an_answer_is_one_document_and_nothing_else(duban, words):
    answer = duban(*words, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == answer.json
    assert answer.out.count("\n") == 1


def test_every_command_of_the_table_has_a_sub_command(duban, office):
    duban("case", "list")
    known = fetched("case").list_commands(None)
    from_table = {row.id.replace("_", "-") for row in lifecycle_of(office.settings).commands}
    views = {"list", "show", "history", "diff", "nodes", "attachments", "attachment"}
    assert set(known) == from_table | views | {"mention-seen", "redact"}


def test_the_contract_s_commands_are_there(duban):
    duban("case", "list")
    groups = {"calendar", "case", "deputy", "escalation", "lifecycle", "lookback", "outbox", "policy"}
    groups |= {
        "audit",
        "sweep",
        "unit",
        "user",
        "token",
        "webhook",
        "checkpoint",
        "retention",
        "evidence",
        "intake",
        "export",
        "document",
        "template",
        "report",
    }
    single = {
        "demo",
        "serve",
        "worker",
        "migrate",
        "doctor",
        "import",
        "seed",
        "explain",
        "verify",
        "backup",
        "restore",
    }
    single |= {"deadline", "statistics", "burden", "milestones", "todo", "digest", "plan", "forecast"}
    assert groups | single | {"recount", "render", "diagram"} == CONTENTS.keys()


def test_a_command_the_office_adds_to_its_table_has_its_sub_command(duban, tmp_path, monkeypatch):
    assert duban("case", "propose", NUMBER, "--json").json["code"] == "unknown_command"
    (tmp_path / "流程.toml").write_text(with_approval_stage(), encoding="utf-8")
    monkeypatch.setenv("DUBAN_LIFECYCLE", "流程.toml")
    assert duban("case", "propose", NUMBER, "--json").json["code"] == "person_missing"


def test_a_time_without_a_zone_is_office_time(ask, office):
    a_case(office, "assigned")
    ask("case", "acknowledge", NUMBER, "--as", "盛宁远", "--at", "2026-07-02T10:30:00")
    ask("case", "begin", NUMBER, "--as", "盛宁远", "--plan", "分批抢修", "--at", "2026-07-03")
    events = ask("case", "history", NUMBER)["events"]
    assert [event["occurred_at"] for event in events[-2:]] == [
        "2026-07-02T02:30:00+00:00",
        "2026-07-03T01:00:00+00:00",
    ]


def test_an_entry_names_the_door_and_the_account(ask, office):
    case = a_case(office, "assigned")
    ask("case", "acknowledge", NUMBER, "--as", "盛宁远")
    payload = json.loads(history(office, stored(office, case))[-1].payload)
    assert (payload["door"], payload["account"]) == ("cli", getpass.getuser())


MISCONFIGURED = [
    ("DUBAN_DATABASE_URL", "postgresql://127.0.0.1:9/duban", "database_away"),
    ("DUBAN_DATABASE_URL", "sqlite:///x.db", "database_away"),
    ("DUBAN_DATABASE_URL", "mysql://127.0.0.1/duban", "database_unsupported"),
    ("DUBAN_DATABASE_URL", ":::", "database_url_invalid"),
    ("DUBAN_DATABASE_URL", "sqlite:///nobody-migrated.db", "schema_version"),
    ("DUBAN_SECRET_FILE", "no.secret", "secret_missing"),
    ("DUBAN_SWEEP_SECONDS", "soon", "setting_invalid"),
]


@pytest.mark.parametrize("fault", MISCONFIGURED)
def test_a_misconfigured_installation_answers_with_two(duban, tmp_path, monkeypatch, fault):
    name, value, code = fault
    (tmp_path / "x.db").write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv(name, value)
    answer = duban("case", "list", "--json")
    assert (answer.code, answer.json["code"]) == (2, code)


VERBS = ("case", "list", "show", "assign", "open", "escalation", "approve", "outbox", "explain", "render")
OPTIONS = (
    "--json",
    "--as",
    "--at",
    "--as-of",
    "--title",
    "--lead",
    "--limit",
    "--evidence",
    "--out",
    "--case",
)
VALUES = (NUMBER, "吕喆", "卞知远", "2026-07-01", "0001-01-01", "15wd", "999999wd", "assignment", "reminder")
WORDS = st.sampled_from(VERBS + OPTIONS + VALUES) | st.text(max_size=12)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.lists(WORDS, max_size=9))
def test_no_words_whatever_give_a_traceback(duban, words):
    answer = duban(*words)
    assert answer.code in (0, 1, 2)
    assert bool(answer.out or answer.err)
