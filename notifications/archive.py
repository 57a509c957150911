"""Archives of XML parts, as DOCX and OFD are: the same parts, the same bytes, whatever the clock says."""

import io
import re
import zipfile
from collections.abc import Mapping

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip archive can tell; a document's own dates are in its properties."""
UNIX = 3
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def archived(parts: Mapping[str, bytes]) -> bytes:
    """The parts by their names, in this order, as one archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.compress_type = UNIX, zipfile.ZIP_DEFLATED
            file.writestr(entry, data)
    return archive.getvalue()


def legal(text: str) -> str:
    """What XML 1.0 can hold; anything else would make a file that nobody can open."""
    return ILLEGAL.sub("", text)
