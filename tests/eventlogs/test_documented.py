"""The manual tells of every column what it means, in the words of the list."""

from pathlib import Path

from states.eventlog import COLUMNS

MANUAL = Path(__file__).parents[2] / "docs" / "manual.zh.md"


def test_the_manual_s_table_is_the_list_of_columns():
    text = MANUAL.read_text(encoding="utf-8")
    assert all(f"| `{column.name}` | {column.meaning} |" in text for column in COLUMNS)
