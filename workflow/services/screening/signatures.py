"""What a file begins with."""

PDF, ZIP = b"%PDF-", b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
TEXT = b""
KNOWN = (PDF, ZIP, OLE, PNG, JPEG)

LEADING = b"\xef\xbb\xbf\x00\t\n\x0c\r "
"""What a reader of PDF passes over: nothing anybody could hide another file in."""


def signature(data: bytes) -> bytes:
    """The signature of a file we read, or `TEXT` where it is none of them."""
    if data[:1024].lstrip(LEADING).startswith(PDF):
        return PDF
    return next((one for one in KNOWN if data.startswith(one)), TEXT)
