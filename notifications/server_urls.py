"""What the URLs of mail servers have in common: a host, a port, and how the conversation is kept secret."""

from typing import Literal
from urllib.parse import SplitResult, urlsplit

Encryption = Literal["none", "starttls", "tls"]


def parts_of(url: str) -> SplitResult:
    """The parts of a URL whose host and port can be used. Raises ValueError, which repeats a part of it."""
    parts = urlsplit(url)
    _ = parts.port
    (parts.hostname or "").encode("idna")
    return parts
