"""A file handed out over HTTP is a download and nothing else; one handed in lies under a name of our own."""

import io
import re

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import UploadFile

from states.attachments import MAX_FILE_BYTES
from tests.builders import AUDITOR, LIAISON, OFFICER, a_case, give
from tests.services.test_readings import told
from workflow.errors import FileRefused
from workflow.services import attachments
from workflow.services.files import Given
from workflow.web.pages.files import disposition, received

WELL_FORMED = re.compile(r"attachment; filename=\"[A-Za-z0-9._ -]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+")
EVIL = '灯"; filename=x.exe\r\nSet-Cookie: a=1\u202e.txt'


@pytest.fixture
def case(office, tmp_path):
    (tmp_path / "received").write_text("验收单", encoding="utf-8")
    evidence = [Given(tmp_path / "received", EVIL)]
    return give(office, a_case(office), "report_progress", LIAISON, progress="1", evidence=evidence)


def asked(pages, number, sha256, person) -> httpx.Response:
    him = pages.signed_in(person)
    return him.get(f"/cases/{number}/files/{sha256}", headers={"accept": "application/json"})


def the_file(office, case):
    return attachments.listed(office, case.number, by=None)[-1]


def test_a_file_is_a_download_that_no_browser_shows_or_keeps(office, pages, case):
    answer = asked(pages, case.number, the_file(office, case).sha256, LIAISON)
    assert (answer.status_code, answer.content.decode()) == (200, "验收单")
    wanted = {
        "content-type": "text/plain",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "set-cookie" not in answer.headers


def test_what_is_foreign_is_answered_as_what_is_nowhere(office, pages, case):
    sha256 = the_file(office, case).sha256
    answers = [
        asked(pages, case.number, sha256, "BH213-L"),
        asked(pages, case.number, "0" * 64, OFFICER),
        asked(pages, case.number, "%2e%2e", OFFICER),
        asked(pages, "滨督2026-999", sha256, OFFICER),
    ]
    assert {one.status_code for one in answers} == {404}
    told_alike = [{**one.json(), "request_id": ""} for one in (answers[0], answers[1], answers[3])]
    assert told_alike[0] == told_alike[1] == told_alike[2]
    assert told_alike[0]["code"] == "attachment_unknown"


def test_a_file_that_is_read_from_outside_its_units_is_a_reading(office, pages, case):
    sha256 = the_file(office, case).sha256
    asked(pages, case.number, sha256, LIAISON)
    asked(pages, case.number, "0" * 64, AUDITOR)
    assert told(office) == []
    asked(pages, case.number, sha256, AUDITOR)
    assert [details["what"] for _, details in told(office)] == ["attachment"]


@settings(deadline=None)
@given(st.text())
def test_no_name_breaks_out_of_its_header(name):
    header = disposition(name)
    assert header.isascii() and header.isprintable()
    assert WELL_FORMED.fullmatch(header)


def test_a_chinese_name_arrives_whole():
    header = disposition("路灯 修复单.pdf")
    assert header == (
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''"
        "%E8%B7%AF%E7%81%AF%20%E4%BF%AE%E5%A4%8D%E5%8D%95.pdf"
    )


def test_an_upload_lies_under_a_name_of_our_own(tmp_path):
    upload = UploadFile(io.BytesIO(b"1" * 700_000), filename="../../etc/passwd")
    given = received(upload, tmp_path)
    assert given.name == "../../etc/passwd"
    assert list(tmp_path.iterdir()) == [given.path] and given.path.stat().st_size == 700_000
    assert given.path.stat().st_mode & 0o777 == 0o600 and len(given.path.name) == 32


def test_an_upload_past_the_bound_is_left_in_the_middle(tmp_path):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(FileRefused) as refused:
        received(UploadFile(endless, filename="片.zip"), tmp_path)
    assert refused.value.code == "file_too_large"
    assert endless.given <= MAX_FILE_BYTES + 512 * 1024 and not any(tmp_path.iterdir())
