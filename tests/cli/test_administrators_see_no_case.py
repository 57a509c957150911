"""The three administrators read no case, on whatever road; one of them reads what is told of accounts."""

import typer.core

from tests.accounts.people import an_account
from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import (
    LEAD,
    OFFICER,
    REQUIREMENT,
    TITLE,
    a_case,
    a_paper_of_proof,
    at,
    give,
    papers,
    rows,
    sweep_on,
)
from tests.intake import an_arrival, sent
from workflow.cli.contents import CONTENTS, fetched
from workflow.cli.options import AsViewer
from workflow.services.journal import OF_ACCOUNTS, SENTENCES
from workflow.storage.models import Attachment

THREE = (SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN)
VIEWING = AsViewer.__metadata__[0].help
ROADS = {
    "case list": "case list",
    "case show": "case show {number}",
    "case history": "case history {number}",
    "case diff": "case diff {number} --from 2026-07-01T00:00:00+08:00 --to 2026-09-01T00:00:00+08:00",
    "case nodes": "case nodes {number}",
    "case attachments": "case attachments {number}",
    "case attachment": "case attachment {number} {file} --out 附件.txt",
    "explain": "explain {number}",
    "render": "render reminder --case {number} --out 文书.pdf",
    "document show": "document show {paper}",
    "report": "report month 2026-07 --out 月报.html",
    "intake list": "intake list",
    "intake show": "intake show {item}",
    "audit search": "audit search --case {number}",
    "audit journal": "audit journal --kind 巡查并办理到期事项",
}
"""Every command that shows something to somebody, by his rights."""
TAKING = {
    "retention list": "retention list",
    "export history": "export history 历史.csv --format csv",
    "export history of one case": "export history 历史.csv --format csv --case {number}",
    "export history as evidence": "export history 历史.jsonl --format jsonl",
    "report": "audit report --from 2026-07-01 --to 2026-07-31 --format xlsx",
}


REFUSED = {
    "not_yours",
    "case_unknown",
    "attachment_unknown",
    "intake_not_permitted",
    "export_all_not_permitted",
    "report_not_permitted",
}


def commands(group, path=()):
    """Every command there is, with the words it goes by."""
    if isinstance(group, typer.core.TyperGroup):
        for name, one in group.commands.items():
            yield from commands(one, (*path, name))
    else:
        yield " ".join(path), group


def test_the_roads_are_all_there_are():
    every = [one for name in CONTENTS for one in commands(fetched(name), (name,))]
    viewing = {
        name for name, one in every if any(getattr(option, "help", "") == VIEWING for option in one.params)
    }
    assert viewing == ROADS.keys()


def test_no_administrator_is_shown_or_given_anything_of_a_case(office, duban, tmp_path):
    with_three(office)
    case = a_case(office, accountable_leader="、".join(THREE))
    evidence = [a_paper_of_proof(office)]
    give(office, case, "report_progress", "盛宁远", progress="已修复120盏", evidence=evidence)
    sweep_on(office, at(2026, 8, 3))
    (reminder,) = papers(office, "reminder")
    (file,) = {one.sha256 for one in rows(office, Attachment)}
    told = {"number": case.number, "paper": reminder["number"], "file": file}
    told["item"] = sent(office, an_arrival()).item
    for name, road in {**ROADS, **TAKING}.items():
        for person in THREE:
            answer = duban(*road.format(**told).split(), "--as", person, "--json")
            if person == AUDIT_ADMIN and name.startswith("audit "):
                assert answer.json["entries"] == []
                continue
            assert answer.code == 1, (name, person, answer)
            assert answer.json["code"] in REFUSED
            assert not any(word in answer.out + answer.err for word in (TITLE, REQUIREMENT, LEAD))
    written = {one.name for one in tmp_path.iterdir()}
    assert written.isdisjoint({"文书.pdf", "附件.txt", "历史.csv", "历史.jsonl"})


def test_the_audit_administrator_sees_what_is_told_of_accounts_and_nothing_else(office, duban, ask):
    with_three(office)
    an_account(office)
    case = a_case(office)
    give(office, case, "report_progress", "盛宁远", progress="已修复120盏")
    ask("case", "show", case.number, "--as", OFFICER)
    entries = ask("audit", "journal", "--as", AUDIT_ADMIN, "--limit", 1000)["entries"]
    kinds = {one["kind"] for one in entries}
    assert {"administrators_appointed", "account_added", "case_read", "directory_changed"} <= kinds
    assert kinds <= OF_ACCOUNTS
    assert "rule_activated" in {one["kind"] for one in ask("audit", "journal", "--limit", 1000)["entries"]}
    assert ask("audit", "search", "--as", AUDIT_ADMIN, "--limit", 1000)["entries"] == entries
    assert not any(TITLE in str(one) for one in entries)


def test_he_looks_by_kind_and_person_too(office, ask, duban):
    with_three(office)
    made = ask("audit", "journal", "--as", AUDIT_ADMIN, "--kind", "设立三员")["entries"]
    assert [one["kind"] for one in made] == ["administrators_appointed"]
    assert ask("audit", "journal", "--as", AUDIT_ADMIN, "--kind", "载入工作日历")["entries"] == []
    case = a_case(office)
    ask("case", "show", case.number, "--as", OFFICER)
    (read,) = ask("audit", "journal", "--as", AUDIT_ADMIN, "--case", case.number)["entries"]
    assert (read["kind"], read["actor_name"]) == ("case_read", OFFICER)


def test_nobody_outside_sees_the_journal_for_that(office, duban):
    for person in (SYSTEM_ADMIN, SECURITY_ADMIN, "盛宁远"):
        assert duban("audit", "journal", "--as", person, "--json").json["code"] == "not_yours"


def test_what_is_told_to_him_is_known_to_the_journal():
    assert SENTENCES.keys() >= OF_ACCOUNTS
