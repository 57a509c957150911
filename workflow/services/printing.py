"""A paper printed and looked over: what fails here is never kept, sent or signed."""

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from notifications.document import Document
from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet, find_fonts
from notifications.typesetting import typeset
from workflow.settings import Settings


def fonts(folder: Path | None) -> FontSet:
    """The fonts of this installation, found once a process."""
    return find_fonts([] if folder is None else [folder])


def printed(paper: Document, settings: Settings, *, issued_at: datetime, seal: bytes | None = None) -> bytes:
    """The paper as PDF. Raises `NoticeUnrenderable` for what cannot be set, or is found faulty in print."""
    data = typeset(paper, fonts(settings.fonts), issued_at=issued_at, seal=seal)
    check_print(data, paper)
    return data


def check_print(data: bytes, paper: Document) -> None:
    """A paper is kept for good, so what was printed is looked over first."""
    inspection: Any = import_module("notifications.inspection")  # long to import, and no draft needs it
    found = [item.sentence for item in inspection.examine(data, paper).faults]
    if found:
        raise NoticeUnrenderable(
            f"文书成稿未通过检查：{'；'.join(found)}。请检查字体和模板。", code="print_faulty", findings=found
        )
