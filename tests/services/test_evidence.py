"""What people hand in as proof: kept once under its hash, and never what may not be kept."""

import hashlib
import json

import pytest

from states.attachments import MAX_FILE_BYTES
from states.errors import Refusal
from tests.builders import (
    LIAISON,
    a_case,
    a_paper_of_proof,
    at,
    give,
    history,
    row_counts,
    rows,
    stored_files,
)
from tests.disguises import doc, docx, jpeg, png, xls
from workflow.errors import FileRefused, NotFound
from workflow.services import files
from workflow.storage.models import Attachment, StoredFile


def report(office, case, *paths):
    return give(office, case, "report_progress", LIAISON, progress="已修复120盏", evidence=list(paths))


def test_evidence_is_kept_under_its_hash_and_named_in_the_entry(office):
    path = a_paper_of_proof(office)
    case = report(office, a_case(office), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (kept,), (attached,) = rows(office, StoredFile), rows(office, Attachment)
    assert (kept.sha256, kept.size, kept.media_type) == (digest, path.stat().st_size, "text/plain")
    assert (attached.case_id, attached.seq, attached.name) == (case.id, case.seq, path.name)
    told = json.loads(history(office, case)[-1].payload)["details"]["evidence"]
    assert told == [{"sha256": digest, "size": kept.size, "name": path.name}]
    assert files.fetch(office.settings.files, digest) == path.read_bytes()


def test_a_file_kept_again_keeps_the_day_it_first_came(office):
    case, path = a_case(office), a_paper_of_proof(office)
    for day in (2, 3):
        files_of_the_day = {"progress": "已修复120盏", "evidence": [path]}
        give(office, case, "report_progress", LIAISON, at(2026, 7, day), **files_of_the_day)
    assert [kept.stored_at for kept in rows(office, StoredFile)] == [at(2026, 7, 2)]


def test_the_same_file_handed_in_twice_is_kept_once(office):
    case, path = a_case(office), a_paper_of_proof(office)
    report(office, case, path, path)
    report(office, case, path)
    assert len(rows(office, StoredFile)) == 1
    assert len(rows(office, Attachment)) == 2


def word_file(path, text):
    path.write_bytes(docx(text))
    return path


@pytest.mark.parametrize("mark", ["机密★10年", "秘密", "绝 密 ★ 长期"])
def test_a_file_marked_as_a_state_secret_stays_outside(office, tmp_path, mark):
    case = a_case(office)
    plain = tmp_path / "plain.txt"
    plain.write_text(f"{mark}\n关于路灯", encoding="utf-8")
    named = tmp_path / f"{mark.replace(' ', '')}.txt"
    named.write_text("关于路灯", encoding="utf-8")
    counts = row_counts(office)
    for path in (plain, named, word_file(tmp_path / "letter.docx", mark)):
        with pytest.raises(FileRefused) as refused:
            report(office, case, path)
        assert refused.value.code == "state_secret"
    assert row_counts(office) == counts


def test_prose_about_secrets_is_no_mark(office, tmp_path):
    path = tmp_path / "保守国家秘密学习情况.txt"
    path.write_text("组织学习保守国家秘密法；本单位商业秘密已脱敏。", encoding="utf-8")
    assert report(office, a_case(office), path)


def written(path, data=b"MZ"):
    path.write_bytes(data)
    return path


BAD_FILES = {
    "file_not_found": lambda folder: folder / "absent.pdf",
    "file_empty": lambda folder: written(folder / "empty.txt", b""),
    "file_type": lambda folder: written(folder / "setup.exe"),
    "file_broken": lambda folder: written(folder / "torn.pdf", b"%PDF-1.7 torn"),
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_a_file_that_cannot_serve_as_proof_is_refused(office, tmp_path, code):
    case, path = a_case(office), BAD_FILES[code](tmp_path)
    counts = row_counts(office)
    with pytest.raises(FileRefused) as refused:
        report(office, case, a_paper_of_proof(office), path)
    assert refused.value.code == code
    assert row_counts(office) == counts


PNG, JPEG = png(), jpeg()
DISGUISED = [
    ("灯.jpg", "312盏全部复亮".encode()),
    ("灯.jpeg", PNG),
    ("灯.png", JPEG),
    ("函.doc", b"{\\rtf1 }"),
    ("表.xls", b"<html><table></table></html>"),
    ("函.txt", JPEG),
    ("表.csv", xls()),
    ("函.eml", PNG),
]


@pytest.mark.parametrize(("name", "data"), DISGUISED, ids=[name for name, _ in DISGUISED])
def test_a_file_that_is_not_what_its_suffix_says_is_refused_by_name(office, tmp_path, name, data):
    case, path = a_case(office), written(tmp_path / name, data)
    counts = row_counts(office)
    with pytest.raises(FileRefused) as refused:
        report(office, case, path)
    assert (refused.value.code, name in refused.value.message) == ("file_type_mismatch", True)
    assert row_counts(office) == counts


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("灯.JPG", JPEG),
        ("灯.jpeg", JPEG),
        ("灯.png", PNG),
        ("函.doc", doc()),
        ("表.xls", xls()),
        ("函.txt", "路灯".encode("utf-16")),
        ("表.csv", "路灯".encode("gbk")),
        ("函.eml", b"Subject: 1\r\n\r\n1"),
    ],
)
def test_a_file_that_is_what_its_suffix_says_is_taken(office, tmp_path, name, data):
    report(office, a_case(office), written(tmp_path / name, data))
    assert [kept.size for kept in rows(office, StoredFile)] == [len(data)]


def test_a_torn_word_file_is_refused(office, tmp_path):
    path = word_file(tmp_path / "torn.docx", "关于路灯" * 100)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FileRefused) as refused:
        report(office, a_case(office), path)
    assert refused.value.code == "file_broken"


def test_a_file_over_the_bound_is_refused_unread(office, tmp_path):
    path = tmp_path / "film.zip"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(FileRefused) as refused:
        report(office, a_case(office), path)
    assert refused.value.code == "file_too_large"


def test_a_changed_file_is_noticed_when_it_is_fetched(office):
    report(office, a_case(office), a_paper_of_proof(office))
    (kept,) = rows(office, StoredFile)
    (place,) = stored_files(office)
    place.chmod(0o600)
    place.write_bytes(b"312 of 312")
    with pytest.raises(FileRefused) as refused:
        files.fetch(office.settings.files, kept.sha256)
    assert refused.value.code == "file_changed"
    place.unlink()
    with pytest.raises(NotFound):
        files.fetch(office.settings.files, kept.sha256)


@pytest.mark.parametrize("digest", ["../../duban.secret", "0" * 63, "Z" * 64])
def test_only_a_hash_names_a_file(office, digest):
    with pytest.raises(Refusal):
        files.fetch(office.settings.files, digest)
