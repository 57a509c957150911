"""Every export is valid by the schema of its standard."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.interop.conftest import foreign

SCHEMAS = Path(__file__).parent / "schemas"
pytestmark = pytest.mark.filterwarnings("ignore")


def test_an_xes_log_is_valid(exports):
    etree = foreign("lxml.etree")
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "xes.xsd"))
    log = etree.parse(exports.made("xes", "log.xes").file)
    schema.assertValid(log)
    for element in log.iter("trace", "event", "global"):
        keys = [one.get("key") for one in element if one.get("key")]
        assert len(keys) == len(set(keys))


def test_the_schema_knows_what_is_wrong_with_a_log(exports, tmp_path):
    etree = foreign("lxml.etree")
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "xes.xsd"))
    right = exports.made("xes", "log.xes").file.read_text(encoding="utf-8")
    for before, after in (
        (' key="seq" value="1"', ' key="seq" value="一"'),
        ("<date ", "<day "),
        ('Z"/>', '"/ >'),
    ):
        wrong = tmp_path / "wrong.xes"
        wrong.write_text(right.replace(before, after), encoding="utf-8")
        with pytest.raises((etree.DocumentInvalid, etree.XMLSyntaxError)):
            schema.assertValid(etree.parse(wrong))


def test_an_ocel_document_is_valid_and_hangs_together(exports):
    jsonschema = foreign("jsonschema")
    document = json.loads(exports.made("ocel", "log.json").file.read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads((SCHEMAS / "ocel2.json").read_text(encoding="utf-8")))
    named = {one["id"] for one in document["objects"]}
    for one in (*document["events"], *document["objects"]):
        assert {to["objectId"] for to in one["relationships"]} <= named


def test_an_ocel_database_hangs_together(exports):
    with closing(sqlite3.connect(exports.made("ocel", "log.sqlite").file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
