"""Text in columns is read by what it is written in: by its mark, or as one of the two letters known."""

import pytest

from workflow.workbooks.errors import WorkbookRefused
from workflow.workbooks.opening import open_workbook

TEXT = "编号\t标题\r\nA1\t学府路积水\r\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8", "utf-8-sig", "gb18030"])
def test_text_in_columns_is_read_whatever_a_spreadsheet_saved_it_in(tmp_path, encoding):
    file = tmp_path / "来件.csv"
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    file.write_bytes(mark + TEXT.encode(encoding))
    (sheet,) = open_workbook(file)
    assert list(sheet.rows[2].cells.values()) == ["A1", "学府路积水"]


def test_half_a_letter_at_its_end_is_refused_with_what_to_do(tmp_path):
    file = tmp_path / "来件.csv"
    file.write_bytes(TEXT.encode("utf-16") + b"\x00")
    with pytest.raises(WorkbookRefused, match="另存为UTF-8编码") as refused:
        open_workbook(file)
    assert refused.value.code == "workbook_encoding"
