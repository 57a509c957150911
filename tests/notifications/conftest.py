"""The mail room's tests print with the two fonts that every installation has."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications import typesetting
from notifications.fonts import FontSet, find_fonts
from notifications.press import LAYOUTS, Press


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return find_fonts((), system=False)


@pytest.fixture
def patched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Changes one place of the layout, for this test."""

    def patch(part: str, old: str, new: str) -> None:
        layout = tmp_path / "documents"
        shutil.copytree(LAYOUTS, layout)
        file = layout / "gongwen" / f"{part}.typ" if part else layout / "gongwen.typ"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        press: Any = lambda fonts: Press(str(layout / "gongwen.typ"), fonts.library)  # noqa: E731
        monkeypatch.setattr(typesetting, "_press", press)

    return patch
