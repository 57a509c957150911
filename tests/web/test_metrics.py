"""`/metrics`: the office in figures, by Prometheus's own parser, for this machine or one that is listed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from starlette.requests import Request

from states.breaker import PATIENCE, PAUSE
from tests.builders import OPENED, TITLE, a_case, at, signed
from tests.postbox import free_port, open_postbox, writing_to
from tests.web.serving import serving
from workflow.scheduler import CHORES, Scheduler
from workflow.services import checkpoints, figures, holds
from workflow.services.batch import Batch
from workflow.services.outbox.sending import send_due
from workflow.services.sweep import sweep
from workflow.storage import queries
from workflow.storage.session import open_engine, transaction
from workflow.web.metrics import MOST_LABELS, exposition, may_read

LATER = OPENED + timedelta(hours=1)
TOO_LONG = "亮" * 6_001
NAME = re.compile(r"duban_[a-z_]+")


def parsed(text):
    """Every sample by its name and the one label it may have."""
    samples = {}
    for family in text_string_to_metric_families(text if isinstance(text, str) else text.decode()):
        assert family.documentation
        for one in family.samples:
            samples[(one.name, *one.labels.values())] = one.value
    return samples


def measured(office, when=LATER):
    return parsed(exposition("0", Scheduler(office), figures.take(office, when)))


def asked(host, **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "client": (host, 5) if host else None, "headers": named})


def test_a_monitor_on_this_machine_reads_the_office_in_figures(office):
    a_case(office, "registered")
    with serving(office) as client:
        answer = client.get("/metrics")
    told = parsed(answer.text)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert (told["duban_database_up",], told["duban_cases", "registered"]) == (1, 1)
    assert {name[1] for name in told if name[0] == "duban_chore_age_seconds"} == set(CHORES)


def test_cases_and_messages_are_counted_by_their_states(office):
    a_case(office, "registered"), a_case(office, "registered"), a_case(office, "handling")
    told = measured(writing_to(office, None))
    assert (told["duban_cases", "registered"], told["duban_cases", "handling"]) == (2, 1)
    assert told["duban_outbox_messages", "queued"] == 3
    assert told["duban_outbox_oldest_unsent_seconds",] == 3600
    assert (told["duban_papers_waiting",], told["duban_papers_unprintable",]) == (3, 0)


def test_a_state_nobody_knew_is_counted_like_the_others(office):
    a_case(office, "assigned")
    with transaction(office.engine) as tx:
        tx.execute(update(queries.OUTBOX).values(state="bounced"))
    told = measured(writing_to(office, None))
    assert told["duban_outbox_messages", "bounced"] == 1
    assert ("duban_outbox_oldest_unsent_seconds",) not in told


@pytest.mark.mail
def test_what_may_not_leave_does_not_wait(office):
    a_case(office, "assigned")
    assert ("duban_outbox_oldest_unsent_seconds",) not in measured(office)
    with open_postbox(office) as (home, _):
        send_due(home, clock=lambda: LATER, by=signed(None, LATER))
        told = measured(home)
    assert ("duban_outbox_oldest_unsent_seconds",) not in told
    assert (told["duban_outbox_messages", "sent"], told["duban_papers_waiting",]) == (1, 0)


@pytest.mark.mail
def test_a_paper_that_could_not_be_laid_out_is_told_apart(office):
    a_case(office, "assigned", requirement=TOO_LONG)
    with open_postbox(office) as (home, _):
        send_due(home, clock=lambda: LATER, by=signed(None, LATER))
    told = measured(office)
    assert (told["duban_papers_waiting",], told["duban_papers_unprintable",]) == (1, 1)


@pytest.mark.mail
def test_the_relay_s_breaker_is_told_closed_open_and_half_open(office):
    a_case(office, "assigned")
    assert not [name for name in measured(office) if name[0] == "duban_relay_breaker"]
    home = writing_to(office, f"smtp://127.0.0.1:{free_port()}?tls=none")
    assert breaker(home) == {"closed": 1, "open": 0, "half_open": 0}
    for _ in range(PATIENCE):
        send_due(home, clock=lambda: LATER, by=signed(None, LATER))
    assert breaker(home) == {"closed": 0, "open": 1, "half_open": 0}
    assert breaker(home, LATER + PAUSE) == {"closed": 0, "open": 0, "half_open": 1}
    assert breaker(writing_to(office, "smtp://other.example:25"))["closed"] == 1


def breaker(office, when=LATER):
    return {name[1]: value for name, value in measured(office, when).items() if "breaker" in name[0]}


def test_the_sweep_tells_what_is_due_what_it_set_aside_and_what_holds_it(office):
    a_case(office)
    late = at(2026, 8, 3)
    assert measured(office, late)["duban_sweep_due_cases",] == 1
    assert ("duban_sweep_last_run_age_seconds",) not in measured(office, late)
    sweep(office, as_of=late, by=signed(None, late))
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, late))
        holds.hold(batch, holds.UPGRADE, "先行暂缓")
        batch.flush()
    told = measured(office, late + timedelta(minutes=1))
    assert (told["duban_sweep_due_cases",], told["duban_sweep_last_run_age_seconds",]) == (0, 60)
    assert (told["duban_sweep_holds", "upgrade"], told["duban_sweep_holds", "restored"]) == (1, 0)
    assert told["duban_sweep_set_aside_cases",] == 0


def test_the_log_tells_what_is_not_sealed_and_the_age_of_its_checkpoint(office):
    a_case(office, "assigned")
    before = measured(office)
    checkpoints.checkpoint(office, at=OPENED, by=signed(None))
    after = measured(office)
    assert (before["duban_log_unsealed_entries",] > 0, after["duban_log_unsealed_entries",]) == (True, 0)
    assert after["duban_checkpoint_age_seconds",] == 3600
    assert after["duban_database_size_bytes",] > 100_000


def test_no_figure_names_a_case_a_person_or_an_address(office):
    case = a_case(office)
    text = exposition("0", Scheduler(office), figures.take(office, LATER)).decode()
    assert not [word for word in (case.number, TITLE, "@", "binhai") if word in text]
    assert re.search("[一-鿿]", text) is None
    assert all(NAME.fullmatch(name[0]) for name in parsed(text))


def test_however_many_states_there_are_a_label_has_few_values(office):
    told = replace(figures.take(office, LATER), cases={f"state_{one}": 2 for one in range(500)})
    counted = {key: value for key, value in parsed(exposition("0", Scheduler(office), told)).items()
               if key[0] == "duban_cases"}  # fmt: skip
    assert (len(counted), sum(counted.values())) == (MOST_LABELS, 1_000)
    assert counted["duban_cases", "other"] == 2 * (500 - MOST_LABELS + 1)


def test_a_chore_that_fails_is_told_with_how_often(office):
    scheduler = Scheduler(office)
    scheduler.mail.failures = 3
    told = parsed(exposition("0", scheduler, None))
    assert (told["duban_chore_failures", "mail"], told["duban_chore_failures", "sweep"]) == (3, 0)


def test_a_monitor_is_answered_while_the_database_is_away(office):
    with serving(replace(office, engine=open_engine("postgresql://127.0.0.1:9/duban"))) as client:
        answer = client.get("/metrics")
    told = parsed(answer.text)
    assert (answer.status_code, told["duban_database_up",]) == (200, 0)
    assert not [name for name in told if name[0] == "duban_cases"]


@pytest.mark.parametrize(
    ("host", "headers", "may"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("10.1.2.3", {}, True),
        ("10.1.3.3", {}, False),
        ("fd00::7", {}, True),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, False),
        ("127.0.0.1", {"x_real_ip": "8.8.8.8"}, False),
        ("127.0.0.1", {"forwarded": "for=8.8.8.8"}, False),
        ("::1", {"via": "1.1 proxy"}, False),
        ("unix", {}, False),
        (None, {}, False),
    ],
)
def test_only_this_machine_and_listed_networks_may_read(host, headers, may):
    assert may_read(asked(host, **headers), ("10.1.2.0/24", "fd00::/8")) is may


def test_what_a_proxy_passed_on_is_refused_in_words_people_read(office):
    with serving(office) as client:
        answer = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.json()["code"]) == (403, "metrics_forbidden")
    assert "DUBAN_METRICS_ALLOW" in answer.json()["message"]
