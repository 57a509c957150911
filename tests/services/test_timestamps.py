"""Time-stamps by an outside authority: asked for beside each checkpoint, never in its way, checked by verify.

The authority is real: OpenSSL's, behind a server on loopback.
"""

import socket
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.authority import OPENSSL, Authority, serving
from tests.builders import OPENED, a_case, a_draft, signed
from workflow import timestamping
from workflow.errors import ConfigurationError, TimestampRefused
from workflow.scheduler import Scheduler
from workflow.services import checkpoints, timestamps
from workflow.services.doctor import FAULT, OK, WARNING, examine
from workflow.services.verification import verify

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is missing")


@pytest.fixture
def now():
    """The authority's clock is the true one, so that of a test is too."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stamped(office, authority, tmp_path):
    """The office with a folder for its checkpoints and an authority that answers."""
    (tmp_path / "outside").mkdir()
    authority.faults.clear()
    with serving(authority) as url:
        yield set_up(
            office, checkpoint_dir=tmp_path / "outside", tsa_url=url, tsa_certificate=authority.certificate
        )


def set_up(office, **settings):
    return replace(office, settings=office.settings.model_copy(update=settings))


def make(office, when=None):
    """A checkpoint of something new, made now; its file."""
    when = when or datetime.now(UTC)
    a_draft(office, when)
    kept = checkpoints.checkpoint(office, at=when, by=signed(None, when))
    assert kept.troubles == []
    (place,) = kept.written
    return place


def codes(office):
    return {one["code"] for one in verify(office).findings}


def test_each_checkpoint_gets_a_token_and_verification_counts_it(stamped, now):
    first, second = make(stamped), make(stamped, now + timedelta(minutes=1))
    done = timestamps.keep(stamped)
    assert (done.written, done.troubles) == ([first.with_suffix(".tsr"), second.with_suffix(".tsr")], [])
    result = verify(stamped)
    assert (result.findings, result.stamps, result.unchecked_stamps) == ([], 2, 0)
    told = [datetime.fromisoformat(one["timestamp"]) for one in checkpoints.list_checkpoints(stamped, 5)]
    assert all(abs(one - datetime.now(UTC)) < timedelta(minutes=5) for one in told)
    assert timestamps.keep(stamped).written == []  # nothing is asked for twice


def test_the_command_of_the_manual_checks_a_token(stamped, authority):
    place = make(stamped)
    timestamps.keep(stamped)
    command = ["openssl", "ts", "-verify", "-data", place, "-in", place.with_suffix(".tsr"), "-CAfile",
               authority.certificate]  # fmt: skip
    assert subprocess.run(command, check=True, capture_output=True).stdout.startswith(b"Verification: OK")
    telling = ["openssl", "ts", "-reply", "-in", place.with_suffix(".tsr"), "-text"]
    assert b"Time stamp: " in subprocess.run(telling, check=True, capture_output=True).stdout
    place.write_text(place.read_text().replace("size: ", "size: 1"))
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ((503, b""), "tsa_refused"),
        ((302, b""), "tsa_refused"),
        ((200, b"no token"), "tsa_answer_invalid"),
        ((200, b""), "tsa_answer_invalid"),
    ],
)
def test_an_authority_that_fails_costs_no_checkpoint_and_is_asked_again(stamped, authority, fault, code, now):
    first, second = make(stamped), make(stamped, now + timedelta(minutes=1))
    authority.faults.append(fault)
    done = timestamps.keep(stamped)
    assert (done.written, len(done.troubles), code in done.troubles[0]) == ([], 1, True)
    assert first.exists() and second.exists() and verify(stamped).findings == []
    assert timestamps.missing(stamped) == [first, second]
    assert len(timestamps.keep(stamped).written) == 2


def test_an_authority_that_is_away_is_told(stamped):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = set_up(stamped, tsa_url=f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        make(away)
        assert "tsa_away" in timestamps.keep(away).troubles[0]


def test_an_authority_that_never_ends_its_answer_is_left_in_time(stamped, monkeypatch):
    monkeypatch.setattr(timestamping, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        slow = set_up(stamped, tsa_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        make(slow)
        assert "TimeoutError" in timestamps.keep(slow).troubles[0]


def test_an_answer_without_end_is_not_taken_in(stamped, monkeypatch):
    monkeypatch.setattr(timestamping, "LARGEST", 500)
    place = make(stamped)
    assert "tsa_answer_invalid" in timestamps.keep(stamped).troubles[0]
    assert not place.with_suffix(".tsr").exists()


def test_an_answer_given_before_is_not_taken_again(stamped, authority):
    """The nonce: who records an authority's answer cannot play it back as one of today."""
    place = make(stamped)
    timestamps.keep(stamped)
    token = place.with_suffix(".tsr").read_bytes()
    with pytest.raises(TimestampRefused) as refused:
        authority.faults.append((200, token))
        timestamping.stamp(
            place.read_bytes(), stamped.settings.tsa_url, timestamps.certificates_in(authority.certificate)
        )
    assert refused.value.code == "tsa_answer_invalid"


def test_a_token_of_another_authority_is_neither_taken_nor_believed(stamped, tmp_path):
    other = Authority(tmp_path / "other", "另一家")
    place = make(stamped)
    with serving(other) as url:
        assert "tsa_answer_invalid" in timestamps.keep(set_up(stamped, tsa_url=url)).troubles[0]
        timestamps.keep(set_up(stamped, tsa_url=url, tsa_certificate=other.certificate))
    assert place.with_suffix(".tsr").exists()
    assert codes(stamped) == {"timestamp_invalid"}


def test_a_token_changed_or_put_beside_another_checkpoint_is_named(stamped, now):
    first, second = make(stamped), make(stamped, now + timedelta(minutes=1))
    timestamps.keep(stamped)
    token = first.with_suffix(".tsr")
    token.write_bytes(second.with_suffix(".tsr").read_bytes())
    (found,) = verify(stamped).findings
    assert (found["code"], found["checkpoint"], found["file"]) == ("timestamp_invalid", 1, first.name)
    token.write_bytes(b"no token")
    assert codes(stamped) == {"timestamp_invalid"}


def test_a_checkpoint_dated_ahead_of_its_token_is_named(stamped, now):
    make(stamped, now + timedelta(hours=1))
    timestamps.keep(stamped)
    assert "timestamp_before_checkpoint" in codes(stamped)


def test_a_checkpoint_dated_back_bears_the_time_of_its_token(stamped, now):
    make(stamped, now - timedelta(days=400))
    timestamps.keep(stamped)
    (told,) = checkpoints.list_checkpoints(stamped, 1)
    assert told["time"] < (now - timedelta(days=399)).isoformat() < told["timestamp"]


def test_without_the_certificate_tokens_are_counted_and_not_judged(stamped):
    make(stamped)
    timestamps.keep(stamped)
    result = verify(set_up(stamped, tsa_url=None, tsa_certificate=None))
    assert (result.findings, result.stamps, result.unchecked_stamps) == ([], 0, 1)


@pytest.mark.parametrize("content", [None, b"no certificate", b""])
def test_a_certificate_that_cannot_be_read_is_told(stamped, tmp_path, content):
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        verify(set_up(stamped, tsa_certificate=path))
    assert refused.value.code == "tsa_certificate_unreadable"


def test_the_signer_s_certificate_alone_is_no_root(stamped, authority):
    with pytest.raises(ConfigurationError):
        timestamps.certificates_in(authority.folder / "signer.pem")


def evidence_findings(office):
    found = examine(office.settings, today=OPENED.date())
    return [(one.level, one.message) for one in found if one.check == "evidence"]


def test_the_doctor_tells_what_waits_and_what_is_missing(stamped):
    make(stamped)
    waiting = [told for level, told in evidence_findings(stamped) if level == WARNING]
    assert any("1个检查点还没有时间戳" in told for told in waiting)
    timestamps.keep(stamped)
    assert (OK, "检查点均有时间戳") in evidence_findings(stamped)
    homeless = evidence_findings(set_up(stamped, checkpoint_dir=None))
    assert any("DUBAN_TSA_URL" in told for _, told in homeless)
    unpinned = evidence_findings(set_up(stamped, tsa_certificate=None))
    assert any(level == FAULT and "DUBAN_TSA_CERTIFICATE" in told for level, told in unpinned)


def test_without_an_authority_nothing_is_asked(stamped, authority):
    plain = set_up(stamped, tsa_url=None)
    a_case(plain)
    before = authority.asked
    make(plain)
    done = timestamps.keep(plain)
    assert (done.written, done.troubles, authority.asked) == ([], [], before)


def test_only_the_newest_are_asked_for_and_a_few_at_once(stamped, monkeypatch, now):
    monkeypatch.setattr(timestamps, "LOOKED_BACK", 3)
    monkeypatch.setattr(timestamps, "AT_ONCE", 2)
    places = [make(stamped, now + timedelta(minutes=serial)) for serial in range(4)]
    assert timestamps.missing(stamped) == places[1:]
    assert len(timestamps.keep(stamped).written) == 2


def test_the_ticker_s_sealer_asks_no_authority_and_another_chore_does(stamped, authority):
    a_draft(stamped)
    chores, before = Scheduler(stamped).chores, authority.asked
    chores["sealing"].run()
    (place,) = stamped.settings.checkpoint_dir.iterdir()
    assert (place.suffix, authority.asked) == (".txt", before)
    chores["stamping"].run()
    assert (chores["stamping"].failures, place.with_suffix(".tsr").exists()) == (0, True)
