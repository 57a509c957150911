"""`duban migrate --roles`, and the commands an auditor gives under a role that can only read."""

import pytest

from tests.builders import a_case, rows
from tests.parting import forget_all, logged_in
from workflow.storage.models import Event


@pytest.fixture
def parted(ask, office):
    """A case, and a database parted by the command."""
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no roles")
    case = a_case(office)
    assert ask("migrate", "--roles") == {"migrated": True, "roles": True}
    yield case
    forget_all(office)


@pytest.mark.postgres
def test_an_auditor_gives_these_commands_without_a_key(duban, ask, office, parted, tmp_path):
    before = len(rows(office, Event))
    with logged_in(office, "auditor") as url, pytest.MonkeyPatch.context() as set_as:
        set_as.setenv("DUBAN_DATABASE_URL", url.render_as_string(hide_password=False))
        set_as.setenv("DUBAN_SECRET_FILE", str(tmp_path / "none"))
        assert [one["number"] for one in ask("case", "list")["cases"]] == [parted.number]
        assert duban("case", "show", parted.number).code == duban("case", "history", parted.number).code == 0
        assert ask("audit", "search", "--case", parted.number)["entries"]
        assert ask("checkpoint", "list")["checkpoints"] == []
        answer = duban("verify", "--json")
        assert (answer.code, answer.json["verdict"], answer.json["findings"]) == (2, "cannot_tell", [])
        done = duban("export", "history", "--format", "jsonl", tmp_path / "历史.jsonl")
        assert (done.code, "未记入日志" in done.out) == (0, True)
        report = ("audit", "report", "--from", "2026-07-01", "--to", "2026-07-31", "--format", "xlsx")
        done = duban(*report)
        assert (done.code, "出具未记入日志" in done.out) == (0, True)
        assert duban("doctor").code == 0
        for words in (["case", "comment", parted.number, "--text", "看过", "--as", "江惟一"], ["checkpoint"]):
            refused = duban(*words, "--json")
            assert refused.code == 2, refused
            assert refused.json["code"] in ("database_not_permitted", "key_unknown", "signing_key_missing")
    assert len(rows(office, Event)) == before


def test_sqlite_refuses_it_in_words(duban, office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has roles")
    answer = duban("migrate", "--roles", "--json")
    assert (answer.code, answer.json["code"]) == (2, "roles_unsupported")
