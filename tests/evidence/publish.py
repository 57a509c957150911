"""The published vectors: exports that are sound, and exports tampered with in every way we could think of.

Each is made from the written format alone, and says what a verifier must answer: the verdict, and for one
that was tampered with a code that must be among its findings. `python -m tests.evidence.publish` writes them.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.evidence.vectors import branches, checkpoints, entries, keys, outside, rows, sound
from tests.evidence.vectors import files as broken_files
from tests.evidence.vectors.book import Book, Vector

FOLDER = Path(__file__).parents[2] / "docs" / "evidence-vectors"


def all_vectors() -> list[Vector]:
    """Every vector, in the order of its kind."""
    book = Book()
    for room in (sound, broken_files, entries, rows, checkpoints, keys, outside, branches):
        room.write(book)
    return book.vectors


def files() -> Iterator[tuple[str, bytes]]:
    """Every file of the published folder, by name."""
    vectors = all_vectors()
    index = [one.as_json() for one in vectors]
    yield "index.json", (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode()
    for one in vectors:
        yield f"{one.name}.jsonl", one.export
        for number, text in enumerate(one.checkpoints, start=1):
            yield f"{one.name}.checkpoint-{number}.txt", text.encode()


def publish() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    publish()
