"""What holds for the whole house and no single room could prove: directions, words, sizes, codes."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

from notifications.facts import INTERNAL_FORMS, KINDS, MAIL_KINDS
from notifications.stationery import load_form, load_mail
from states import delivery, escalation, lifecycle, policy
from states.errors import Refusal
from states.papers import life
from workflow.services.journal import SENTENCES as OF_THE_JOURNAL
from workflow.services.timeline import SENTENCES

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "states" / "tables"
ROOMS = ("states", "notifications", "workflow", "templates")
TREE = (*ROOMS, "tests", "docs", ".ci")
MAX_LINES = 450
WRITTEN = {"workflow/client/shapes.py"}
"""What a program writes and nobody reads through."""
FROM_ELSEWHERE = {
    "cases.py": set(),
    "receiving.py": {"intake_received", "intake_supplemented"},
    "dealing.py": {f"intake_{what}" for what in ("registered", "joined", "returned", "noted")},
    "raising.py": {f"escalation_{state}" for state in escalation.STATES},
    "handling.py": {f"escalation_{row.event}" for row in escalation.COMMANDS.values()},
    "acting.py": {f"document_{row.event}" for row in life.COMMANDS.values()},
    "drafting.py": {"document_drafted"},
    "attempts.py": set(delivery.ENTRIES),
    "chains.py": {"document_rendered", "document_unrenderable", *delivery.ENTRIES},
    "directory_record.py": {"directory_changed", "directory_stated"},
    "retention.py": {"retention_set", "matter_sealed", "matter_unsealed"},
    "reforms.py": {"unit_renamed", "units_merged", "unit_split"},
    "role_desk.py": {"roles_proposed", "roles_confirmed", "roles_declined", "roles_withdrawn", "roles_ended"},
}
"""Files that write an entry whose kind is no word of theirs, and what it may be; of `cases.py` a table's."""

DELETIONS = {
    (
        "batch.py",
        "units",
    ): "which units a case concerns, written anew from its facts; its entries tell",
    ("lights.py", "LIGHT"): "when a case's light turns, worked out anew from its facts",
    ("0023_tallies.py", "case_lights"): "what is worked out anew, then with its counts",
    ("0023_tallies.py", "relighting"): "how far that had come: from the beginning, then",
    ("0032_tallies_by_span.py", "case_lights"): "what is worked out anew, then with its counts",
    ("0032_tallies_by_span.py", "relighting"): "how far that had come: from the beginning, then",
    ("relit.py", "DONE"): "how far lights were worked out anew: from the beginning, then",
    ("tallies.py", "TALLY"): "counts of cases that came to nothing, or that are counted anew",
    ("register_views.py", "VIEW"): "a view of the register its owner does away with",
    (
        "import_drafts.py",
        "DRAFT",
    ): "a file on its way in that somebody put away; what went in of it is history",
    ("import_drafts.py", "LINE"): "the lines of such a file, read anew each time something is corrected",
    ("imports.py", "ALIAS"): "another name of a unit the new directory no longer has",
    ("role_requests.py", "ASKED"): "what a proposal asked to stand, once decided; the journal tells of both",
    ("case_reads.py", "READ"): "which readings of former days are in the journal already, where they stay",
    ("guesses.py", "RATE"): "how often somebody tried in a window that is over; what was stopped is told",
    ("guesses.py", "LOCKOUT"): "tries held against nobody any more; the journal tells of each",
    ("guesses.py", "rows"): "those of the two that ran out by themselves",
    ("done_forms.py", "FORM"): "keys of forms older than a month; what was done on them is history",
    ("webhooks.py", "BODY"): "bodies that left for programs ninety days ago; messages and entries stay",
    ("sweeps.py", "ASIDE"): "a case the sweep failed on and deals with again; the journal tells of both",
}
"""Rows that are ever deleted, by file and table, and why none of them is a record of what was done."""

ROW_READERS = frozenset(
    {"case_row", "case_by_number", "case_called", "cases_after", "cases_called", "case_of", "each_case"}
    | {"lives_called"}
)
UNASKED = {
    ("access.py", "case_called"): "the road itself",
    ("queries.py", "each_case"): "the reads themselves, of which one rests on another",
    ("queries.py", "case_called"): "the same",
    ("case_reads.py", "case_by_number"): "what `readings.py` asks for, of one case in a look",
    ("signing_evidence.py", "case_called"): "reads ahead; each part asks whose it is before it tells of it",
    ("register.py", "each_case"): "the whole register; the pages have theirs from `leafing`, by sight",
    ("relighting.py", "cases_after"): "the machine, to keep when lights turn; it tells nobody anything",
    ("relighting.py", "each_case"): "the same, to count all of them anew",
    ("dossiers.py", "each_case"): "verification, which tells where history is broken and no words of it",
    ("reading_withheld.py", "lives_called"): "asks who the auditor is first, and draws the curtain after it",
    ("reading_withheld.py", "case_of"): "tells the number whose curtain is drawn before anything is told",
    ("showing.py", "case_of"): "draws the curtain of the paper's case before anything is told",
    ("words.py", "case_of"): "what a paper says once its own road has let somebody to it",
    ("acting.py", "lives_called"): "finds the paper an act or a look is about; each asks whose it is next",
    ("readings.py", "cases_called"): "writes down that somebody looks, and tells nothing",
    ("together.py", "cases_called"): "what ticked matters are called, each held against his sight",
    ("retargeting.py", "case_row"): "an act of the director's on cases he names",
    ("searching.py", "case_row"): "whether there is such a case; its row is thrown away",
    ("sweep.py", "case_row"): "the machine, case after case",
    ("relations.py", "case_by_number"): "what a matter came out of or became; the curtain takes it out",
    ("agreed.py", "case_by_number"): "what was agreed about a matter in the one it came from",
    ("bystanders.py", "case_by_number"): "where a matter an act names went",
    ("instructing.py", "case_by_number"): "whether an instruction was followed before",
    ("resolving.py", "case_by_number"): "whether there is a matter an act names",
    ("unit_views.py", "case_by_number"): "what a unit has in hand, for whoever operates the machine",
    ("play.py", "case_by_number"): "the demo, about its own matters",
}
"""Where a case or a paper is read by its name without asking who looks, by file and reader, and why."""

WORDS_OF_THE_COMMAND_LINE = re.compile(r"duban [a-z]|(?<![\w-])--[a-z]")
ONLY_AT_THE_COMMAND_LINE = {
    "workflow/services/auditing", "workflow/services/database_roles.py",
    "workflow/services/deputies.py", "workflow/services/doctor.py", "workflow/services/documents",
    "workflow/services/evidence.py", "workflow/services/evidence_checks.py",
    "workflow/services/backing_up.py", "workflow/services/lookbacks.py", "workflow/services/operation.py",
    "workflow/services/outbox", "workflow/services/planning.py", "workflow/services/reform_checks.py",
    "workflow/services/reforms.py", "workflow/services/rendering.py", "workflow/services/resolving.py",
    "workflow/services/sealing.py", "workflow/services/series.py",
    "workflow/services/simulation.py", "workflow/services/wordings.py", "states/lookbacks",
    "states/accounts/administrators.py", "states/papers/deciding.py", "workflow/placing.py",
    "workflow/scheduler.py", "workflow/signing.py", "workflow/demo", "workflow/cli",
    "notifications/proofing.py", "notifications/wording_files.py",
    # tells what an operator does next, in lists only he has
    "workflow/services/holds.py", "workflow/services/standstill.py", "workflow/services/set_asides.py",
    # asked of whoever names himself; before the pages everybody is signed in
    "workflow/services/accounts/authority.py", "workflow/services/accounts/role_desk.py",
    "workflow/services/commenting.py", "workflow/services/seeing.py",
    # commands that only the command line has: putting the three in office, links to a provider
    "workflow/services/accounts/appointing.py", "workflow/services/accounts/linking.py",
    # how the command line calls its options, and how milestones are written there
    "workflow/particulars.py",
}  # fmt: skip
"""Rooms and files whose words no page shows: their refusals may name a command."""

# Written in two halves, so that this file does not hold what it looks for.
UNWANTED = [
    first + second
    for first, second in (
        ("pypi", ".org"),
        ("python", "hosted"),
        ("registry", ".npmjs"),
        ("crates", ".io/"),
        ("proxy.", "golang"),
        ("/wo", "rk/"),
        ("/tm", "p/w/"),
    )
]
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|X" + "XX")


def python_files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(kind: type, *rooms: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of a kind in the rooms' code, with its file."""
    for path in python_files(*rooms):
        yield from ((path, node) for node in ast.walk(tree_of(path)) if isinstance(node, kind))


def test_the_import_contracts_hold():
    # in a process of its own: the linter switches off every logger that exists
    check = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    linted = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def kinds_entered() -> tuple[set[str], set[str]]:
    """The kinds of entries written in the code as words, and the files where they come from elsewhere."""
    words, elsewhere = set(), set()
    for path, node in nodes(ast.Call, "workflow"):
        if getattr(node.func, "id", "") == "Act" and node.args:
            first = node.args[0]
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            kind = getattr(module, getattr(first, "id", ""), getattr(first, "value", None))
            (words if isinstance(kind, str) else elsewhere).add(kind if isinstance(kind, str) else path.name)
    return words, elsewhere


def test_every_kind_of_entry_has_its_chinese_sentence():
    table = lifecycle.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
    words, elsewhere = kinds_entered()
    assert {"document_issued", "policy_authorised", "plan_applied", "mention_seen"} <= words
    assert elsewhere == FROM_ELSEWHERE.keys()
    kinds = words.union(*FROM_ELSEWHERE.values())
    assert kinds - table.event_rows.keys() - SENTENCES.keys() == OF_THE_JOURNAL.keys()
    sentences = [*SENTENCES.values(), *OF_THE_JOURNAL.values(), *(row.sentence for row in table.commands)]
    assert all(re.search("[一-鿿]", sentence) for sentence in sentences)


def test_no_command_s_event_is_worded_twice():
    table = lifecycle.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
    assert table.event_rows.keys().isdisjoint(SENTENCES.keys() | OF_THE_JOURNAL.keys())
    assert SENTENCES.keys().isdisjoint(OF_THE_JOURNAL)


def test_every_paper_of_the_default_policy_has_its_stationery():
    rungs = policy.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8")).rungs
    assert {rung.document for rung in rungs} <= KINDS.keys()


def test_an_internal_form_has_its_wording_and_no_mail():
    assert KINDS.keys().isdisjoint(INTERNAL_FORMS)
    for kind in INTERNAL_FORMS:
        wording = load_form(kind)
        assert (bool(wording.notice), wording.subject, wording.text, wording.html) == (True, "", "", "")
    mails = {path.name for path in (ROOT / "templates" / "mail").iterdir()}
    assert mails == KINDS.keys() | MAIL_KINDS.keys()
    notices = {path.name.removesuffix(".txt.j2") for path in (ROOT / "templates" / "notices").iterdir()}
    assert notices == KINDS.keys() | INTERNAL_FORMS.keys()


def test_a_kind_that_is_only_a_mail_has_its_wording_and_no_paper():
    assert MAIL_KINDS.keys().isdisjoint(KINDS.keys() | INTERNAL_FORMS.keys())
    for kind in MAIL_KINDS:
        wording = load_mail(kind)
        assert (wording.notice, all((wording.subject, wording.text, wording.html))) == ("", True)


@pytest.mark.parametrize("room", ROOMS)
def test_a_file_stays_short_enough_to_read(room):
    read = [path for path in python_files(room) if path.relative_to(ROOT).as_posix() not in WRITTEN]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in read}
    assert {path.name: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("room", TREE)
def test_nothing_is_left_unfinished(room):
    texts = [
        path for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".j2", ".toml", ".md", ".typ")
    ]
    assert [path.name for path in texts if UNFINISHED.search(path.read_text(encoding="utf-8"))] == []


def test_whoever_catches_everything_hands_it_on():
    """A handler for `Exception` may raise it as a refusal or report it, but never swallow it."""
    swallowing = [
        (path.name, node.lineno)
        for path, node in nodes(ast.ExceptHandler, *ROOMS)
        if _catches_everything(node) and not _hands_on(node)
    ]
    assert swallowing == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or getattr(handler.type, "id", "") in ("Exception", "BaseException")


def _hands_on(handler: ast.ExceptHandler) -> bool:
    """Whether the error itself goes on: raised from, or given to whoever tells of it."""
    inside = [node for line in handler.body for node in ast.walk(line)]
    named = any(isinstance(node, ast.Name) and node.id == handler.name for node in inside)
    return named or any(isinstance(node, ast.Raise) and node.exc is None for node in inside)


def test_nothing_names_a_registry_or_a_path_of_one_machine():
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    files += [path for name in TREE for path in (ROOT / name).rglob("*") if path.is_file()]
    found = defaultdict(list)
    for path in files:
        if "__pycache__" not in path.parts:
            content = path.read_bytes()
            found[path.name] += [one for one in UNWANTED if one.encode() in content]
    assert {name: words for name, words in found.items() if words} == {}


def refusals() -> list[type[Refusal]]:
    """Every class of refusal in the house."""
    for room in ("states", "notifications", "workflow"):
        for module in walk_packages([str(ROOT / room)], f"{room}."):
            if not {"migrations", "__main__"} & set(module.name.split(".")):
                import_module(module.name)
    found, waiting = [], [Refusal]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


def test_no_page_tells_anybody_to_type_a_command():
    told = {
        (path.name, word.value)
        for path, word in nodes(ast.Constant, "states", "workflow", "notifications")
        if not path.relative_to(ROOT).as_posix().startswith(tuple(ONLY_AT_THE_COMMAND_LINE))
        if isinstance(word.value, str) and "\n" not in word.value and not word.value.isascii()
        if WORDS_OF_THE_COMMAND_LINE.search(word.value)
    }
    pages = (ROOT / "templates" / "pages").rglob("*.j2")
    assert told == set()
    assert [one.name for one in pages if WORDS_OF_THE_COMMAND_LINE.search(one.read_text("utf-8"))] == []


def test_every_class_of_refusal_has_a_code_of_its_own():
    codes = [one.__dict__.get("code") for one in refusals() if one.__module__.partition(".")[0] in ROOMS]
    assert len(codes) > 10
    assert len(codes) == len(set(codes))
    assert None not in codes


def test_every_module_says_what_lives_in_it():
    silent = [path for path in python_files(*ROOMS) if not ast.get_docstring(tree_of(path))]
    assert silent == []


def deletions() -> Iterator[tuple[str, str]]:
    """File and table of every statement that deletes rows, however it is written."""
    for path, node in nodes(ast.Call, "workflow", "notifications"):
        called = node.func
        if getattr(called, "id", "") == "delete":
            yield path.name, ast.unparse(node.args[0])
        elif getattr(called, "attr", "") == "delete":
            yield path.name, ast.unparse(called.value)
    for path, node in nodes(ast.Constant, "workflow", "notifications"):
        text = node.value if isinstance(node.value, str) else ""
        yield from ((path.name, one) for one in re.findall(r"\b(?:DELETE FROM|TRUNCATE TABLE) (\w+)", text))


def test_nothing_that_is_a_record_is_ever_deleted():
    """Neither history, nor mails, sweeps, sign-ins: what is trimmed at all is declared, with its reason."""
    assert set(deletions()) == DELETIONS.keys()


def test_nobody_reads_a_case_past_the_question_whose_it_is():
    """Whatever shows a case has it from `access.shown_case`; what reads it otherwise is declared."""
    calls = ((path.name, node.func) for path, node in nodes(ast.Call, "workflow"))
    named = {(name, getattr(called, "id", getattr(called, "attr", ""))) for name, called in calls}
    assert {one for one in named if one[1] in ROW_READERS} == UNASKED.keys()


def test_nothing_below_the_doors_reads_a_clock():
    """Time is handed in: `at` and `as_of` are arguments everywhere but at the doors."""
    doors = {"cli", "web", "demo", "scheduler.py", "demo.py"}
    reading = [
        (str(path.relative_to(ROOT)), node.lineno)
        for path, node in nodes(ast.Attribute, "states", "notifications", "workflow")
        if node.attr in ("now", "today", "utcnow") and getattr(node.value, "id", "") in ("datetime", "date")
        if not doors & set(path.relative_to(ROOT).parts)
    ]
    assert reading == []
