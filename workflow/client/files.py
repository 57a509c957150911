"""Files as requests bear them."""

import base64
from pathlib import Path


def attached(path: Path) -> dict[str, str]:
    """A file as the details of a command take it."""
    return {"name": path.name, "content": base64.b64encode(path.read_bytes()).decode()}
