"""`duban checkpoint`: made by hand, listed, shown to the byte; and at the end of a sweep when due."""

import pytest

from tests.authority import OPENSSL, Authority, serving
from tests.builders import a_case, behind_its_mark, rows
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Event


@pytest.fixture
def folder(environment, monkeypatch, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", str(outside))
    return outside


def test_a_checkpoint_is_made_by_hand_and_says_where_it_lies(ask, office, folder):
    a_case(office)
    made = ask("checkpoint")
    assert (made["number"], made["reason"], made["short"]) == (1, "manual", made["hash"][:8])
    assert made["file"] == str(folder / f"checkpoint-000001-{made['short']}.txt")
    assert [one["number"] for one in ask("checkpoint", "list")["checkpoints"]] == [1]


def test_people_are_told_number_size_code_and_file(duban, office, folder):
    size = len(rows(office, Event))
    answer = duban("checkpoint")
    (file,) = folder.iterdir()
    assert answer.code == 0
    assert all(word in answer.out for word in ("第1号", f"{size}条记载", file.name[18:26], str(file)))
    assert file.name[18:26] in duban("checkpoint", "list").out


def test_its_text_is_shown_to_the_byte(duban, folder):
    duban("checkpoint")
    (file,) = folder.iterdir()
    assert duban("checkpoint", "show", "1").out == file.read_text(encoding="utf-8")
    assert duban("checkpoint", "show", "2").code == 1


def test_without_a_folder_it_is_made_all_the_same_and_says_so(duban, ask, environment):
    assert "DUBAN_CHECKPOINT_DIR" in duban("checkpoint").out
    assert ask("checkpoint")["file"] is None
    assert "尚无" not in duban("checkpoint", "list").out


def test_a_folder_that_cannot_be_written_is_told_and_the_checkpoint_stands(duban, office, folder):
    folder.rmdir()
    answer = duban("checkpoint", "--json")
    assert (answer.code, answer.json["file"], "checkpoints_unwritable" in answer.err) == (0, None, True)
    assert len(rows(office, CheckpointMade)) == 1


@pytest.mark.skipif(OPENSSL is None, reason="openssl is missing")
def test_it_is_stamped_at_once_where_an_authority_is_set(duban, folder, tmp_path, monkeypatch):
    authority = Authority(tmp_path / "authority")
    monkeypatch.setenv("DUBAN_TSA_CERTIFICATE", str(authority.certificate))
    with serving(authority) as url:
        monkeypatch.setenv("DUBAN_TSA_URL", url)
        assert "时间戳：" in duban("checkpoint").out
        authority.faults.append((503, b""))
        answer = duban("checkpoint", "--json")
    assert (answer.code, answer.json["timestamp"], "tsa_refused" in answer.err) == (0, None, True)
    assert [
        one["timestamp"] is None for one in duban("checkpoint", "list", "--json").json["checkpoints"]
    ] == [
        True,
        False,
    ]
    assert "时间戳：1个检查点" in duban("verify").out


def test_an_authority_s_address_that_is_none_is_refused(duban, monkeypatch):
    monkeypatch.setenv("DUBAN_TSA_URL", "ftp://example")
    answer = duban("checkpoint")
    assert (answer.code, "DUBAN_TSA_URL" in answer.err) == (2, True)


def test_a_restored_database_is_refused(duban, office):
    behind_its_mark(office)
    answer = duban("checkpoint", "--json")
    assert (answer.code, answer.json["code"]) == (1, "held_restored")


def test_a_sweep_by_hand_ends_with_the_checkpoint_that_is_due(ask, office, folder):
    ask("sweep", "--once")
    ask("sweep", "--once")
    assert [row.reason for row in rows(office, CheckpointMade)] == ["time"]
    assert len(list(folder.iterdir())) == 1


def test_a_dry_run_makes_none(ask, office):
    ask("sweep", "--once", "--dry-run")
    assert rows(office, CheckpointMade) == []


def test_migrate_makes_the_folder(duban, monkeypatch, environment, tmp_path):
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", str(tmp_path / "share" / "duban"))
    assert duban("migrate").code == 0
    assert (tmp_path / "share" / "duban").is_dir()
    (tmp_path / "taken").write_text("", encoding="utf-8")
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", str(tmp_path / "taken"))
    answer = duban("migrate", "--json")
    assert (answer.code, answer.json["code"]) == (2, "checkpoints_unwritable")


def test_an_empty_setting_is_none(duban, monkeypatch, environment, tmp_path):
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", "")
    monkeypatch.setenv("DUBAN_AUDITOR_MAIL", " ")
    assert duban("checkpoint").code == 0
    assert list(tmp_path.glob("checkpoint-*")) == []


def test_verify_compares_with_a_checkpoint_kept_elsewhere(duban, folder, tmp_path, monkeypatch):
    duban("checkpoint")
    (file,) = folder.iterdir()
    monkeypatch.setenv("DUBAN_CHECKPOINT_DIR", "")
    told = duban("verify", "--json").json
    assert (told["anchored"], told["checkpoints"], "未锚定" in told["note"]) == (False, 1, True)
    for place in (file, folder):
        answer = duban("verify", "--since", place, "--json")
        assert (answer.code, answer.json["anchored"], answer.json["anchors"]) == (0, True, 1)
    assert "已锚定" in duban("verify", "--since", file).out
    missing = duban("verify", "--since", tmp_path / "none.txt", "--json")
    assert (missing.code, missing.json["code"]) == (2, "anchor_unreadable")


def test_a_seeded_office_is_clean_under_its_first_checkpoint(duban, bare_database, folder, monkeypatch):
    monkeypatch.setenv("DUBAN_DATABASE_URL", bare_database)
    for words in (("migrate",), ("seed", "--cases", "30"), ("checkpoint",)):
        assert duban(*words).code == 0
    answer = duban("verify", "--json")
    assert (answer.code, answer.json["anchored"], answer.json["unsealed"]) == (0, True, 0)
    monkeypatch.setenv("DUBAN_DATABASE_URL", bare_database)
    assert duban("seed", "--cases", "30", "--json").json["code"] == "database_not_empty"
