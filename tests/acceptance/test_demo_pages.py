"""`duban demo` on a terminal: it plays, then its pages answer; one click signs in as each of its people."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from tests import tour
from tests.postbox import free_port
from tests.web.browsing import HTML, Browser
from workflow.cli.app import run

command = import_module("workflow.cli.demonstration")
play = import_module("workflow.demo.play")

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until the pages answer, of a processor of their own: a busy machine says nothing of them."""
FORM = re.compile(r'action="(/sign-in/demonstration/([\w-]+))"')
THREE = {"R023", "R024", "R025"}


@contextmanager
def on_a_terminal(folder, *words):
    """The demonstration before a terminal, until the end of the block: its process, and what it printed."""
    ours, its = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "120"}
    program = [sys.executable, "-m", "workflow.cli", "demo", "--out", str(folder / "out"), *words]
    with subprocess.Popen(program, cwd=folder, env=environment, stdout=its, stderr=its, close_fds=True) as it:
        os.close(its)
        printed = bytearray()
        reader = threading.Thread(target=_read, args=(ours, printed), daemon=True)
        reader.start()
        try:
            yield it, printed
        finally:
            it.kill()
            reader.join()
            os.close(ours)


def _read(terminal, printed):
    with suppress(OSError):  # the other end is closed
        while read := os.read(terminal, 4096):
            printed += read


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A browser before its pages, its process, what it printed, and for how many seconds it had worked."""
    port, begun = free_port(), time.monotonic()
    with ExitStack() as stack:
        started = on_a_terminal(tmp_path_factory.mktemp("demo"), "--port", str(port))
        process, printed = stack.enter_context(started)
        browser = stack.enter_context(Browser(base_url=f"http://127.0.0.1:{port}", headers=HTML))
        while not answers(browser) and time.monotonic() < begun + 4 * PATIENCE:
            time.sleep(0.2)
        assert answers(browser)
        yield browser, process, printed, worked(process, begun)


def worked(process, begun):
    """The seconds of a processor a process has had; those gone by where the system does not tell."""
    told = Path(f"/proc/{process.pid}/stat")
    if not told.exists():
        return time.monotonic() - begun
    of_it_and_the_system = told.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, of_it_and_the_system)) / os.sysconf("SC_CLK_TCK")


def answers(browser):
    """Whether the sign-in page is there; until the story is played whoever comes waits before the door."""
    with suppress(httpx.TransportError):
        return browser.get("/sign-in").status_code == 200


def test_the_pages_answer_within_a_minute_and_their_address_is_printed(shown):
    browser, _, printed, seconds = shown
    assert seconds < PATIENCE
    assert str(browser.base_url) in printed.decode()


def test_one_click_signs_in_as_each_of_its_people_on_the_demonstration_s_day(shown):
    browser = shown[0]
    people = FORM.findall(browser.sees("/sign-in"))
    assert len(people) >= 12
    for address, code in people:
        assert browser.sends("/sign-in", to=address).headers["location"] == "/"
        first = browser.get("/", follow_redirects=True)
        assert (first.status_code, first.url.path == "/accounts") == (200, code in THREE)
        assert "日期为2026年11月20日（周五）" in first.text


def test_something_waits_for_the_director_the_units_and_the_security_administrator(shown):
    browser = shown[0]
    browser.sends("/sign-in", to="/sign-in/demonstration/R010")
    desk = browser.sees("/desk")
    assert all(label in desk for label in ("待交办", "待审批（函询）", "待核查"))
    browser.sends("/sign-in", to="/sign-in/demonstration/BH212-L")
    assert "待签收" in browser.sees("/desk")
    browser.sends("/sign-in", to="/sign-in/demonstration/R024")
    assert "骆文渊" in browser.sees("/roles/requests")


def test_items_of_a_hotline_and_where_programs_are_told_are_there_to_be_seen_and_nothing_leaves(shown):
    browser = shown[0]
    browser.sends("/sign-in", to="/sign-in/demonstration/R011")
    inbox, settled = browser.sees("/intake"), browser.sees("/intake?tab=settled")
    assert "中屿旧厂房消防通道又被堵" in inbox and "滨河步道护栏松动" in settled and "污水横流" in settled
    (item,) = set(re.findall(r'href="(/intake/[0-9a-f]{32})"', inbox))
    assert "中屿旧厂房消防通道堵塞" in browser.sees(item)
    browser.sends("/sign-in", to="/sign-in/demonstration/R024")
    told = browser.sees("/settings/webhooks")
    assert "已暂停" in told and "acts/confirm" in told and "推送中" not in told


def test_the_tour_of_the_readme_can_be_taken_and_every_stop_says_what_it_is_shown_for(shown, tmp_path):
    tour.take(str(shown[0].base_url), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.png" for name in tour.STOPS}


def test_milestones_tasks_and_a_letter_that_only_wants_approval_are_there_to_be_seen(shown):
    browser = shown[0]
    browser.sends("/sign-in", to="/sign-in/demonstration/R010")
    case = browser.sees("/cases/滨督办2026-020")
    assert "主干管检修" in case and "提供主干管阀门井台账" in case and 'class="missed"' in case
    assert "没有列节点的在办事项" not in browser.sees("/wall")
    assert browser.sees("/signing").count('name="tick" value="measure~') == 2


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_readmes_show_every_stop_and_no_picture_is_large(readme):
    pictures = re.findall(r"\]\((docs/tour/[\w.-]+)\)", (ROOT / readme).read_text(encoding="utf-8"))
    assert pictures == [f"docs/tour/{name}.png" for name in tour.STOPS]
    assert all(0 < (ROOT / one).stat().st_size <= 150_000 for one in pictures)


def test_control_c_ends_it_in_good_order(shown):
    _, process, printed, _ = shown
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert "Traceback" not in printed.decode()


@pytest.mark.parametrize(
    ("terminal", "words", "opens"),
    [
        (True, ["--port", "0"], 1),
        (True, ["--port", "0", "--once"], 0),
        (False, ["--port", "0"], 1),
        (False, ["--port", "0", "--once"], 0),
    ],
)
def test_the_pages_are_for_a_terminal_or_a_port_and_not_where_it_is_to_end(
    shortly, monkeypatch, terminal, words, opens
):
    monkeypatch.setattr(command.sys.stdout, "isatty", lambda: terminal, raising=False)
    assert run(["demo", *words]) == 0
    assert len(shortly) == opens


def test_without_a_terminal_or_a_port_it_says_that_no_pages_are_opened(shortly, monkeypatch, capsys):
    monkeypatch.setattr(command.sys.stdout, "isatty", lambda: False, raising=False)
    assert run(["demo"]) == 0
    assert shortly == [] and "未打开网页" in capsys.readouterr().err


@pytest.fixture
def shortly(tmp_path, monkeypatch):
    """A story of one day, told in a folder of its own; what its pages were opened at."""
    opened = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(play, "LAST_DAY", play.FIRST_DAY)
    monkeypatch.setattr(command, "stay_open", lambda app, doors: opened.append(doors))
    return opened
