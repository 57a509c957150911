"""What would change something is taken from our own pages only, by two locks."""

import socket

import httpx
import pytest

from tests.builders import LIAISON, OFFICER, a_case, stored
from tests.web.browsing import pages_of

ELSEWHERE = "https://elsewhere.example"
CROSS = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": ELSEWHERE},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "same-origin", "origin": ELSEWHERE},
]


@pytest.mark.parametrize("headers", CROSS, ids=str)
def test_a_form_sent_from_another_site_has_no_effect(office, pages, headers):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    answer = him.post(path, data=him.form(path), headers=headers)
    assert (answer.status_code, stored(office, case).facts.state) == (403, "assigned")
    assert "其他网站" in answer.text


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}], ids=str
)
def test_a_form_of_ours_is_taken_also_from_an_old_browser(office, pages, headers):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    own = {"origin": pages.url} if headers else {}
    answer = him.post(path, data=him.form(path), headers={**headers, **own})
    assert (answer.status_code, stored(office, case).facts.state) == (303, "registered")


def test_the_public_address_is_ours_whatever_a_proxy_makes_of_it(office):
    case = a_case(office, "assigned")
    with pages_of(office, public_url="https://duban.binhai.example/") as pages:
        him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
        form, headers = him.form(path), {"origin": "https://duban.binhai.example"}
        assert him.post(path, data=form, headers={"origin": "https://binhai.example"}).status_code == 403
        assert him.post(path, data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("token", [None, "", "0" * 64, "令牌"])
def test_a_form_without_the_token_of_who_sends_it_has_no_effect(office, pages, token):
    case = a_case(office, "assigned")
    him, path = pages.signed_in(LIAISON), f"/cases/{case.number}/acts/acknowledge"
    form = {**him.form(path), "_token": token}
    answer = him.post(path, data={name: value for name, value in form.items() if value is not None})
    assert (answer.status_code, stored(office, case).facts.state) == (403, "assigned")


def test_somebody_elses_token_is_none(office, pages):
    case = a_case(office, "assigned")
    path = f"/cases/{case.number}/acts/acknowledge"
    other = pages.signed_in(OFFICER).form("/cases/new/open")["_token"]
    him = pages.signed_in(LIAISON)
    answer = him.post(path, data={**him.form(path), "_token": other})
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "user@evil.example"])
def test_another_hosts_name_is_refused(pages, host):
    answer = pages.stranger().get("/sign-in", headers={"host": host})
    assert answer.status_code in (400, 403)
    assert "evil" not in answer.text


def test_a_body_beyond_its_bound_is_refused_unread(pages):
    with socket.create_connection(("127.0.0.1", httpx.URL(pages.url).port), timeout=10) as line:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n")
        line.sendall(b"Content-Length: 1000000000000\r\n\r\nx")
        assert b"413" in line.recv(1_000).splitlines()[0]


def test_what_a_stranger_sends_is_short_and_has_no_files(pages):
    stranger = pages.stranger()
    form = stranger.form("/sign-in")
    files = stranger.post("/sign-in", data=form, files={"login": ("a.txt", b"x" * 1_000)})
    long = stranger.post("/sign-in", data={**form, "password": "x" * 70_000})
    assert (files.status_code, long.status_code) == (400, 413)
    assert "提交的内容过大" in long.text


def test_a_field_beyond_its_bound_is_told_its_size(pages):
    him = pages.signed_in(OFFICER)
    parts = {
        one: (None, words)
        for one, words in {**him.form("/cases/new/open"), "title": "长" * 1_000_000}.items()
    }
    answer = him.post("/cases/new/open", files=parts)
    assert answer.status_code == 413 and "提交的内容过大" in answer.text


@pytest.mark.parametrize("origin", ["http://[", "//", "http://", "\\"])
def test_an_origin_that_is_none_is_refused_within_the_frame(pages, origin):
    answer = pages.stranger().post("/sign-in", headers={"origin": origin})
    assert answer.status_code == 403 and "content-security-policy" in answer.headers


@pytest.mark.parametrize("path", ["/cases/%00", "/cases/x%00y/files/a", "/cases/%ed%a0%80"])
def test_a_path_no_name_has_is_nowhere(pages, path):
    assert pages.signed_in(OFFICER).get(path).status_code == 404


@pytest.mark.parametrize("letters", ["punycode", "unicode_escape", "undefined", "utf-16", "''"])
def test_a_form_in_other_letters_than_ours_is_refused_before_it_is_read(office, pages, letters):
    kind = f"multipart/form-data; boundary=xyz; charset={letters}"
    part = (
        b'--xyz\r\nContent-Disposition: form-data; name="login"\r\n\r\n' + b"a-" * 1_000 + b"\r\n--xyz--\r\n"
    )
    for browser, path in ((pages.stranger(), "/sign-in"), (pages.signed_in(LIAISON), "/cases/x/acts/y")):
        answer = browser.post(path, content=part, headers={"content-type": kind})
        assert answer.status_code == 415 and "UTF-8" in answer.text
    assert browser.get("/health/live").status_code == 200
