"""No name somebody gives a file ever reaches the file system."""

import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from states.file_names import MAX_BYTES
from workflow.errors import FileRefused
from workflow.services import files
from workflow.services.files import Given

EVIL = st.sampled_from(
    ["../", "..\\", "/", "\\", "C:", "\0", "\r\n", "\u202e", "CON", "aux.", "~", "$(x)", "%2e%2e/", "灯"]
)
NAMES = st.lists(st.one_of(EVIL, st.text(max_size=20)), max_size=8).map("".join)
PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "received").write_text("路灯", encoding="utf-8")
    (tmp_path / "outside").mkdir()
    return tmp_path


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, suffix=st.sampled_from([".txt", ".TXT", ".csv"]))
def test_a_file_lies_under_its_hash_whatever_it_is_called(folder, name, suffix):
    store = folder / "store"
    shutil.rmtree(store, ignore_errors=True)
    try:
        kept = files.take_in(store, Given(folder / "received", name + suffix))
        files.place(store, kept)
    except FileRefused as refused:
        assert refused.code in ("file_type", "state_secret")
        assert not store.exists()
        return
    assert len(kept.name.encode()) <= MAX_BYTES and "/" not in kept.name
    (place,) = (one for one in store.rglob("*") if one.is_file())
    assert PLACE.fullmatch(place.relative_to(store).as_posix()) and place.name == kept.sha256
    assert {one.name for one in folder.iterdir()} == {"received", "outside", "store"}
    assert not any((folder / "outside").iterdir())
