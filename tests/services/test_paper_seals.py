"""Sealing papers: a picture, a certificate, the office's own service; what was checked is what is sealed."""

import hashlib
import io
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pypdf import PdfReader

from tests.builders import a_case, at, history, rows, signed
from tests.certificates import ORGAN, locked, made_key, signed_elsewhere, trusting
from tests.pictures import png
from workflow.services import files
from workflow.services.paper_seals import look_over
from workflow.services.rendering import render_pending, render_to
from workflow.storage.models import Case, Document

LATER = at(2026, 9, 1)


@pytest.fixture(scope="module")
def key():
    """An organ's key and certificate."""
    return made_key()


@pytest.fixture
def seals(tmp_path, key):
    """A folder with the supervision office's certificate."""
    (tmp_path / "seals").mkdir()
    (tmp_path / "seals" / "office.p12").write_bytes(locked(key))
    return tmp_path / "seals"


def with_seals(office, **settings):
    return replace(office, settings=office.settings.model_copy(update=settings))


def laid_out(office):
    """The file of a 督查通知单 as it is kept, and what the history tells of its printing."""
    case = a_case(office)
    report = render_pending(office, by=signed(None, LATER))
    document = rows(office, Document)[0]
    data = files.fetch(office.settings.files, document.sha256) if document.sha256 else b""
    entry = next((one for one in history(office, case) if one.kind == "document_rendered"), None)
    return data, (json.loads(entry.payload)["details"] if entry else {}), report


def test_a_signed_paper_is_whole_and_says_who_signed(office, seals, key):
    data, told, _ = laid_out(with_seals(office, seals=seals, seal_password=SecretStr("pass")))
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(data)).embedded_signatures[0], trusting(key))
    assert status.intact
    assert status.valid
    assert ORGAN in told["sealed_by"]


def test_what_was_looked_over_is_what_was_signed(office, seals):
    data, told, _ = laid_out(with_seals(office, seals=seals, seal_password=SecretStr("pass")))
    before = data[: data.index(b"%%EOF") + 5].rstrip(b"\n")
    candidates = (before, before + b"\n")
    assert told["unsealed_sha256"] in {hashlib.sha256(one).hexdigest() for one in candidates}
    assert b"pdfaid:part>2<" in data.replace(b'="2"', b">2<")


def test_a_byte_changed_after_signing_shows(office, seals, key):
    data, _, _ = laid_out(with_seals(office, seals=seals, seal_password=SecretStr("pass")))
    broken = bytearray(data)
    broken[len(data) // 4] ^= 1
    signature = PdfFileReader(io.BytesIO(bytes(broken))).embedded_signatures[0]
    assert not validate_pdf_signature(signature, trusting(key)).intact


def test_a_wrong_password_sets_the_paper_aside_and_says_so(office, seals):
    data, _, report = laid_out(with_seals(office, seals=seals, seal_password=SecretStr("wrong")))
    assert data == b""
    assert report.failed[0]["code"] == "seal_unusable"
    assert "DUBAN_SEAL_PASSWORD" in report.failed[0]["message"]


def test_without_a_seal_nothing_is_told_of_one(office):
    data, told, _ = laid_out(office)
    assert "sealed_by" not in told
    assert "（印章）" in text_of(data)


def test_the_picture_of_an_organ_stands_in_the_place_of_the_mark(office, tmp_path):
    (tmp_path / "office.png").write_bytes(png())
    data, _, _ = laid_out(with_seals(office, seals=tmp_path))
    assert "（印章）" not in text_of(data)
    assert len(pictures_in(data)) == 1


def test_one_organ_s_seal_stands_under_no_other_organ_s_paper(office, tmp_path):
    (tmp_path / "organization.png").write_bytes(png())
    data, _, _ = laid_out(with_seals(office, seals=tmp_path))
    assert pictures_in(data) == []


def test_a_picture_that_is_none_sets_the_paper_aside(office, tmp_path):
    (tmp_path / "office.png").write_bytes(b"not a picture")
    assert laid_out(with_seals(office, seals=tmp_path))[2].failed[0]["code"] == "seal_invalid"


def test_the_office_s_own_service_seals(office, key):
    with service(lambda pdf: (200, signed_elsewhere(pdf, key))) as (url, asked):
        data, told, _ = laid_out(with_seals(office, seal_url=url, seal_token=SecretStr("token")))
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(data)).embedded_signatures[0], trusting(key))
    assert status.bottom_line
    assert told["sealed_by"] == "签章服务127.0.0.1"
    assert (asked[0]["Duban-Issuer"], asked[0]["Authorization"]) == ("office", "Bearer token")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda pdf: (200, pdf), "seal_altered"),
        (lambda pdf: (200, pdf + b"% sealed\n"), "seal_altered"),
        (lambda pdf: (200, b"%PDF-1.7 another file, and longer" * 9_999), "seal_altered"),
        (lambda pdf: (500, b""), "seal_refused"),
        (lambda pdf: (302, b""), "seal_refused"),
    ],
)
def test_a_service_that_does_otherwise_seals_nothing(office, answer, code):
    with service(answer) as (url, _):
        assert laid_out(with_seals(office, seal_url=url))[2].failed[0]["code"] == code


def test_a_paper_is_sealed_once_the_service_is_back(office, key):
    away = laid_out(with_seals(office, seal_url="http://127.0.0.1:9/"))[2]
    with service(lambda pdf: (200, signed_elsewhere(pdf, key))) as (url, _):
        back = render_pending(with_seals(office, seal_url=url), by=signed(None, LATER))
    assert (away.failed[0]["code"], back.rendered) == ("seal_away", 1)


def test_a_laid_out_paper_is_given_out_as_it_was_kept(office, seals, tmp_path):
    """Also where the seal has changed since."""
    signing = with_seals(office, seals=seals, seal_password=SecretStr("pass"))
    data, _, _ = laid_out(signing)
    kind, number = rows(office, Document)[0].kind, rows(office, Case)[0].number
    told = render_to(office, number, kind, tmp_path / "x.pdf", by=signed(None, LATER), at=LATER)
    assert not told["draft"]
    assert (tmp_path / "x.pdf").read_bytes() == data


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def pictures_in(pdf):
    return [image for page in PdfReader(io.BytesIO(pdf)).pages for image in page.images]


def test_doctor_says_how_each_organ_s_papers_are_sealed(office, seals):
    (seals / "organization.png").write_bytes(png())
    found = examine_seals(with_seals(office, seals=seals, seal_password=SecretStr("pass")))
    assert [usable for usable, _ in found] == [True, True]
    assert ORGAN in found[0][1]
    assert "图片不是电子签名" in found[1][1]


def test_doctor_names_a_certificate_that_cannot_be_opened(office, seals):
    assert "口令不对" in examine_seals(with_seals(office, seals=seals))[0][1]


def test_a_folder_that_is_gone_stops_papers_and_is_told(office, tmp_path):
    gone = with_seals(office, seals=tmp_path / "nowhere")
    assert laid_out(gone)[2].failed[0]["code"] == "seal_folder_missing"
    assert [usable for usable, _ in examine_seals(gone)] == [False, False]


def examine_seals(office):
    return list(look_over(office.settings))


@contextmanager
def service(answer):
    """A seal service on loopback that answers so; and the headers it was asked with."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(dict(self.headers))
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()
