"""A case's whole life, an import and a ladder, by nothing but commands."""

import pytest
from pypdf import PdfReader

from tests.builders import a_case, a_paper_of_proof
from tests.postbox import open_postbox
from workflow.cli.output import MISCONFIGURED
from workflow.secret import make_secret
from workflow.services.installation import lifecycle_of
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import transaction

NUMBER, LIAISON, DIRECTOR, OFFICER = "滨督2026-001", "盛宁远", "卞知远", "吕喆"
UNIT_HEAD = "宋宁远"
MATTER = [
    "--title",
    "望海街道路灯成片不亮",
    "--source",
    "市长信箱",
    "--requirement",
    "9月底前修复全部312盏路灯",
]
ORDER = ["--lead", "市城管局", "--co", "市财政局、市公安局交警支队", "--limit", "15wd"]


def on(day):
    return ["--at", f"2026-07-{day:02d}T09:00:00+08:00"]


@pytest.fixture
def handled(ask, office):
    """A case opened, dispatched, received and begun by commands."""
    ask("case", "open", *MATTER, "--as", OFFICER, *on(1))
    ask("case", "assign", NUMBER, *ORDER, "--as", DIRECTOR, *on(1))
    ask("case", "acknowledge", NUMBER, "--as", LIAISON, *on(2))
    return ask("case", "begin", NUMBER, "--plan", "分三批抢修", "--as", LIAISON, *on(3))


def test_a_case_lives_its_whole_life_by_commands(ask, office, handled):
    proof = a_paper_of_proof(office)
    assert (handled["state"], handled["due"]) == ("handling", "2026-07-22")
    ask("case", "report-progress", NUMBER, "--progress", "过半", "--completion-rate", "55%", "--as", LIAISON)
    ask(
        "case",
        "request-extension",
        NUMBER,
        "--due",
        "2026-08-05",
        "--reason",
        "等灯具",
        "--as",
        LIAISON,
        *on(9),
    )
    ask("case", "consent-extension", NUMBER, "--as", UNIT_HEAD, *on(9))
    ask("case", "review-extension", NUMBER, "--opinion", "属实，建议同意", "--as", OFFICER, *on(10))
    assert ask("case", "grant-extension", NUMBER, "--as", DIRECTOR, *on(10))["due"] == "2026-08-05"
    report = ["--result", "全部复亮", "--evidence", proof, "--as", LIAISON, *on(13)]
    assert ask("case", "report-completion", NUMBER, *report)["state"] == "verifying"
    ask("case", "return-for-rework", NUMBER, "--reason", "9盏不亮", "--as", OFFICER, *on(14))
    ask("case", "report-completion", NUMBER, *report[:-1], "2026-07-15")
    verified = ["--verification", "抽查40盏均亮", "--evidence", proof]
    assert ask("case", "close-out", NUMBER, *verified, "--as", DIRECTOR, *on(16))["state"] == "closed"
    assert ask("case", "archive", NUMBER, "--as", "柏乐山", *on(17))["state"] == "archived"
    assert ask("verify")["verdict"] == "clean"


def test_a_command_answers_with_state_due_and_hash(ask, handled):
    assert set(handled) >= {"case", "command", "state", "due", "moved", "warnings", "seq", "hash"}
    events = ask("case", "history", NUMBER)["events"]
    assert (handled["seq"], handled["hash"]) == (len(events), events[-1]["hash"])


def test_the_list_has_the_stated_fields(ask, handled):
    (line,) = ask("case", "list")["cases"]
    named = {name: line[name] for name in ("number", "state", "lead_unit", "due", "level")}
    assert named == {
        "number": NUMBER,
        "state": "handling",
        "lead_unit": "市城市管理局",
        "due": "2026-07-22",
        "level": None,
    }
    assert {"title", "light"} <= line.keys()


def test_the_past_can_be_asked_for(ask, handled):
    assert ask("case", "list", "--as-of", "2020-01-01")["cases"] == []
    assert ask("case", "show", NUMBER)["case"]["lead_unit"] == "市城市管理局"


def test_explaining_names_what_comes_next(ask, handled):
    told = ask("explain", NUMBER)
    assert {"case", "limits", "policy", "calendar", "next"} <= told.keys()
    assert told["next"][0]["step"] in ("due_soon", "reminder")


@pytest.mark.parametrize(
    "words",
    [
        *(["case", "list"], ["case", "show", NUMBER], ["case", "history", NUMBER], ["explain", NUMBER]),
        *(["verify"], ["doctor"], ["outbox", "list"], ["escalation", "list"]),
        ["sweep", "--dry-run", "--at", "2026-07-23"],
    ],
)
def test_every_view_can_be_read_by_people(duban, handled, words):
    answer = duban(*words)
    assert answer.code == 0
    assert any("一" <= character <= "鿿" for character in answer.out)


def test_a_dry_run_of_the_sweep_tells_what_the_run_then_does(ask, handled):
    when = ["--at", "2026-07-23T09:00:00+08:00"]
    promised = ask("sweep", "--once", "--dry-run", *when)
    assert ask("sweep", "--once", *when)["steps"] == promised["steps"]
    assert (promised["cases_due"], promised["issued"], promised["proposed"]) == (1, 1, 0)
    assert set(promised["steps"][0]) == {"case", "step", "clock", "epoch", "mode", "document", "reason"}
    assert ask("sweep", "--once", *when)["steps"] == []


def test_an_inquiry_is_approved_served_and_answered_by_commands(ask, handled, tmp_path):
    ask("sweep", "--once", *on(23))
    (issued,) = ask("escalation", "list", "--state", "issued")["escalations"]
    ask("escalation", "sign", issued["id"], "--as", LIAISON, *on(23))
    ask("sweep", "--once", *on(30))
    (waiting,) = ask("escalation", "list", "--state", "proposed")["escalations"]
    asked = ["--question", "为何仍未修复", "--as", DIRECTOR, *on(30)]
    assert ask("escalation", "approve", waiting["id"], *asked)["state"] == "issued"
    receipt = ["--evidence", tmp_path / "回执.txt", "--served-on", "2026-07-31"]
    receipt[1].write_text("已收到", encoding="utf-8")
    ask("escalation", "serve", waiting["id"], *receipt, "--as", "佟靖言", *on(31))
    reply = ["--judgement", "sufficient", "--reply", "下周修复", "--as", OFFICER, "--at", "2026-08-05"]
    assert ask("escalation", "answer", waiting["id"], *reply)["judgement"] == "sufficient"


def test_a_register_is_imported_by_command(ask, copied_workbooks):
    ask("import", "单位名录.xlsx")
    when = ["--as-of", "2026-11-20", "--as", OFFICER]
    promised = ask("import", "台账-样例.xlsx", "--dry-run", *when)
    done = ask("import", "台账-样例.xlsx", *when)
    assert done == promised
    assert {name: done[name] for name in ("rows", "imported", "updated", "unchanged")} == {
        "rows": 62,
        "imported": 48,
        "updated": 0,
        "unchanged": 0,
    }
    assert (len(done["needs_person"]), len(done["rejected"])) == (13, 1)
    assert {"sheet", "row", "column", "code", "message", "suggestion"} <= done["rejected"][0].keys()
    assert ask("import", "台账-样例.xlsx", "--accept", "17,28", "--accept", "31", *when)["imported"] == 3


def test_an_import_tells_people_what_waits(duban, copied_workbooks):
    said = duban("import", "台账-样例.xlsx", "--as-of", "2026-11-20").out
    assert "台账共62项：已导入48项" in said
    assert "需人工确认13项，退回更正1项" in said
    assert "--accept" in said


@pytest.mark.mail
def test_mail_is_sent_and_listed_by_command(ask, office, handled, monkeypatch):
    with open_postbox(office) as (home, postbox):
        monkeypatch.setenv("DUBAN_SMTP_URL", home.settings.smtp_url)
        monkeypatch.setenv("DUBAN_MAIL_ALLOW", "binhai.example, other.example")
        assert ask("outbox", "send", "--once")["sent"] == 1
    (message,) = ask("outbox", "list")["messages"]
    assert (message["state"], message["case"], len(postbox.taken)) == ("sent", NUMBER, 1)


def test_papers_are_written_by_command(ask, handled, tmp_path):
    issued = ask("render", "assignment", "--case", NUMBER, "--out", tmp_path / "通知单.pdf")
    assert issued["draft"] is False
    assert issued["number"] in PdfReader(tmp_path / "通知单.pdf").pages[0].extract_text()
    draft = ask("render", "inquiry", "--case", NUMBER, "--out", tmp_path / "函询.txt")
    assert (draft["draft"], "〔待填〕" in (tmp_path / "函询.txt").read_text(encoding="utf-8")) == (True, True)


@pytest.mark.parametrize(
    ("form", "told"),
    [("pdf", ""), ("docx", "（可编辑稿，不是正式文本）"), ("ofd", "（试验性OFD，正式文本为PDF）")],
)
def test_a_copy_that_is_not_the_official_text_is_called_so(duban, handled, tmp_path, form, told):
    said = duban("render", "assignment", "--case", NUMBER, "--out", tmp_path / f"通知单.{form}").out
    assert said.strip().endswith(f"通知单.{form}{told}")


def test_the_diagram_is_the_table_s(duban, office):
    drawn = duban("diagram").out
    assert drawn.startswith(("stateDiagram-v2", "flowchart", "---"))
    assert all(row.label in drawn for row in lifecycle_of(office.settings).states)


def test_an_operator_sees_the_same_in_a_process_of_its_own(duban_process, office):
    a_case(office, "assigned")
    office.engine.dispose()
    answer = duban_process("case", "list", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [line["number"] for line in answer.json["cases"]] == [NUMBER]


def test_verify_exits_with_nought_one_or_two(duban, office, tmp_path, monkeypatch):
    case = a_case(office, "closed")
    assert duban("verify", "--json").code == verify(office).exit_code == 0
    make_secret(tmp_path / "another.secret")
    with monkeypatch.context() as other:
        other.setenv("DUBAN_SECRET_FILE", "another.secret")
        assert duban("verify", "--json").code == 2
    with transaction(office.engine) as tx:
        tx.execute(queries.CASE.update().where(queries.CASE.c.id == case.id).values(title="另一件事"))
    tampered = duban("verify", "--json")
    assert (tampered.code, tampered.json["first"]["code"]) == (1, "row_changed")


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_fresh_installation_is_set_up_by_three_commands(duban_process, copied_workbooks):
    own = {
        "DUBAN_DATABASE_URL": "sqlite:///own.db",
        "DUBAN_SECRET_FILE": "own.secret",
        "DUBAN_FILES": "own-files",
    }
    assert duban_process("doctor", **own).code == MISCONFIGURED
    assert duban_process("migrate", "--json", **own).code == 0
    assert duban_process("import", "单位名录.xlsx", "--json", **own).json["units"] == 125
    assert (
        duban_process("import", "台账-样例.xlsx", "--as-of", "2026-11-20", "--json", **own).json["imported"]
        == 48
    )
    assert duban_process("verify", "--json", **own).json["verdict"] == "clean"


def test_a_misspelt_series_is_refused_and_a_new_one_said_to_be_new(office, duban, ask):
    words = ("case", "open", "--as", OFFICER, "--title", "甲", "--source", "乙", "--series")
    assert ask(*words, "滨督")["case"].startswith("滨督20")
    refused = duban(*words, "滨都", "--json")
    assert (refused.code, refused.json["code"]) == (1, "series_unknown")
    assert refused.json["facts"]["known"] == ["滨督"]
    assert ask(*words, "滨都", "--new-series")["case"].startswith("滨都20")
