"""The diagram in the README is the table's own."""

import re
from pathlib import Path

import pytest

from states.diagram import mermaid

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_shows_the_table_as_it_is(lifecycle, name):
    shown = re.findall(r"```mermaid\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert mermaid(lifecycle) in shown


def test_the_diagram_draws_every_arrow_that_moves_a_matter(lifecycle):
    drawn = set(re.findall(r"^    (\S+) --> (\S+) : ", mermaid(lifecycle), re.MULTILINE))
    moving = {
        (arrow.source.replace("new", "[*]"), arrow.dest)
        for arrow in lifecycle.transitions
        if arrow.source != arrow.dest and arrow.command not in ("take_over", "restate")
    }
    assert drawn == moving


def test_every_state_of_the_diagram_has_its_chinese_name(lifecycle):
    for state in lifecycle.states:
        assert f"    {state.id} : {state.label}\n" in mermaid(lifecycle)
