"""`duban evidence`: what is in force, switching it, and who did it."""

import json

import pytest

from tests.builders import rows
from workflow.storage.models import Event


def journal(office, kind):
    return [json.loads(row.payload) for row in rows(office, Event) if row.kind == kind]


def test_it_tells_digest_epoch_and_keys_with_their_entries(office, ask):
    told = ask("evidence")
    assert (told["algorithm"], told["epoch"], told["first"]) == ("sha256", 1, 0)
    (key,) = told["keys"]
    assert key == {"key": told["key"], "entries": len(rows(office, Event)), "in_force": True, "held": True}
    assert told["signing_key"] == journal(office, "signing_key_announced")[0]["details"]["public"]


def test_a_switch_is_made_and_told(office, ask, duban):
    done = ask("evidence", "switch", "sm3", "--reason", "商用密码应用改造")
    assert (done["old"], done["new"], done["epoch"], done["checkpoint"]) == ("sha256", "sm3", 2, 1)
    (entry,) = journal(office, "digest_switched")
    assert (entry["door"], bool(entry["account"])) == ("cli", True)
    assert "sm3" in duban("evidence").out
    assert ask("verify")["verdict"] == "clean"
    refused = duban("evidence", "switch", "sm3", "--reason", "再来一次", "--json")
    assert (refused.code, refused.json["code"]) == (1, "digest_in_force")


@pytest.mark.parametrize(("option", "kind"), [([], "key_rotated"), (["--signing"], "signing_key_rotated")])
def test_a_key_is_rotated_and_told(office, ask, duban, option, kind):
    before = ask("evidence")
    done = ask("evidence", "rotate", *option, "--reason", "岗位轮换")
    after = ask("evidence")
    name = "signing_key" if option else "key"
    assert (done["former"], done["public" if option else "new"]) == (before[name], after[name])
    assert len(journal(office, kind)) == 1
    assert ask("verify")["verdict"] == "clean"
    assert duban("evidence", "rotate", *option, "--reason", "又一次").code == 0


def test_the_journal_reads_back_that_a_key_was_changed(ask):
    ask("evidence", "rotate", "--reason", "例行更换")
    (told,) = ask("audit", "journal", "--kind", "key_rotated")["entries"]
    assert told["sentence"] == "更换校验码密钥" and told["words"]["details"]["reason"] == "例行更换"


@pytest.mark.parametrize("words", [["switch", "sm3"], ["rotate"], ["rotate", "--signing"]])
def test_without_a_reason_nothing_is_done(office, duban, words):
    before = len(rows(office, Event))
    answer = duban("evidence", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, "reason_missing")
    assert len(rows(office, Event)) == before


def test_only_one_key_is_changed_at_a_time(duban):
    answer = duban("evidence", "rotate", "--signing", "--lost", "--reason", "遗失", "--json")
    assert (answer.code, answer.json["code"]) == (1, "signing_key_lost")


def test_a_digest_nobody_knows_is_not_switched_to(duban):
    answer = duban("evidence", "switch", "md5", "--reason", "试", "--json")
    assert (answer.code, answer.json["code"]) == (1, "digest_unknown")


def test_a_setting_that_no_longer_counts_is_told_by_the_doctor(ask, monkeypatch):
    monkeypatch.setenv("DUBAN_DIGEST", "sm3")
    told = [one["message"] for one in ask("doctor")["findings"] if one["check"] == "keys"]
    assert "duban evidence switch sm3" in told[0]


def test_a_digest_nobody_knows_is_refused_as_a_setting(duban, monkeypatch):
    monkeypatch.setenv("DUBAN_DIGEST", "md5")
    answer = duban("evidence", "--json")
    assert (answer.code, answer.json["code"], answer.json["facts"]["setting"]) == (
        2, "setting_invalid", "DUBAN_DIGEST"
    )  # fmt: skip
