"""The health routes over HTTP: alive at once, ready only with its database and chores that come through."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from tests.builders import OPENED, a_case, signed
from tests.postbox import PATIENCE, free_port, writing_to
from tests.web.serving import answering, eventually, serving
from workflow.scheduler import Chore
from workflow.services import checkpoints, holds
from workflow.services.batch import Batch
from workflow.services.office import Office
from workflow.storage.session import open_engine, transaction
from workflow.web.app import create_monitored


@pytest.fixture
def brisk(office: Office) -> Office:
    return replace(office, settings=office.settings.model_copy(update={"sweep_seconds": 1}))


def test_a_process_that_runs_is_alive(brisk):
    with serving(brisk) as client:
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_an_office_is_ready_with_its_database_and_its_chores(brisk):
    with serving(brisk) as client:
        eventually(lambda: client.get("/health/ready").status_code == 200)
        told = client.get("/health/ready").json()
    assert [told[name] for name in ("status", "database", "sweep", "mail")] == ["ready", True, True, True]
    assert 0 <= told["sweep_age_seconds"] < PATIENCE


def test_an_office_whose_sweep_is_held_is_ready_and_says_so(brisk):
    with transaction(brisk.engine) as tx:
        batch = Batch(tx, brisk, signed(None))
        holds.hold(batch, holds.UPGRADE, "先行暂缓")
        batch.flush()
    with serving(brisk) as client:
        eventually(lambda: client.get("/health/ready").status_code == 200)
        told = client.get("/health/ready").json()
    assert (told["status"], [one["reason"] for one in told["holds"]]) == ("ready", ["upgrade"])


def test_a_ready_office_tells_how_old_its_checkpoint_is_and_what_is_not_sealed(brisk):
    with serving(brisk) as client:
        eventually(lambda: client.get("/health/ready").json().get("checkpoint_age_seconds") is not None)
        told = client.get("/health/ready").json()
    assert 0 <= told["checkpoint_age_seconds"] < PATIENCE
    assert told["unsealed"] in (0, 1)


def test_a_ready_office_tells_how_long_the_oldest_message_waits_that_may_leave(brisk):
    a_case(brisk, "assigned")
    with serving(writing_to(brisk, None, "elsewhere.example")) as client:
        assert client.get("/health/ready").json()["oldest_unsent_seconds"] is None
    with serving(writing_to(brisk, None)) as client:
        eventually(lambda: client.get("/health/ready").json()["sweep"])
        told = client.get("/health/ready").json()
    waited = (datetime.now(UTC) - OPENED).total_seconds()
    assert waited - PATIENCE < told["oldest_unsent_seconds"] <= round(waited, 1)


def test_an_office_whose_database_is_away_is_alive_but_not_ready(brisk):
    away = replace(brisk, engine=open_engine("postgresql://127.0.0.1:9/duban"))
    with serving(away) as client:
        answer = client.get("/health/ready")
        assert client.get("/health/live").status_code == 200
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (
        503,
        "not_ready",
        False,
    )


def test_an_office_whose_schema_is_not_the_program_s_is_not_ready(brisk, bare_database):
    behind = replace(brisk, engine=open_engine(bare_database))
    with serving(behind) as client:
        assert client.get("/health/ready").status_code == 503
    behind.engine.dispose()


def test_an_office_whose_chores_do_not_come_through_is_not_ready(brisk, monkeypatch):
    monkeypatch.setattr(Chore, "age", property(lambda _: 3_600.0))
    with serving(brisk) as client:
        answer = client.get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["sweep"], told["mail"], told["database"]) == (503, False, False, True)


def test_the_application_stops_its_scheduler_with_itself(brisk):
    before = threading.active_count()
    with serving(brisk) as client:
        eventually(lambda: client.get("/health/ready").status_code == 200)
        assert threading.active_count() > before
    eventually(lambda: threading.active_count() == before)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health", "/health/live/x"])
def test_nothing_is_told_beside_what_is_meant_to_be(brisk, path):
    with serving(brisk) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/cases", "/sign-in", "/static/duban.css"])
def test_a_worker_answers_monitors_and_nobody_else(brisk, path):
    with answering(create_monitored(brisk)) as url, httpx.Client(base_url=url) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get(path).status_code == 404


def test_it_is_told_how_many_checkpoints_wait_for_a_time_stamp(brisk, tmp_path):
    away = f"http://127.0.0.1:{free_port()}/"
    settings = brisk.settings.model_copy(update={"checkpoint_dir": tmp_path, "tsa_url": away})
    stamped = replace(brisk, settings=settings)
    checkpoints.checkpoint(stamped, at=datetime.now(UTC), by=signed(None))
    with serving(stamped) as client:
        assert client.get("/health/ready").json()["unstamped"] == 1
    with serving(brisk) as client:
        assert "unstamped" not in client.get("/health/ready").json()
