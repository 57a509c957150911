"""Having a file looked at for viruses by a scanner of the office's own, before it is kept.

`clamd:/path/to/socket` and `clamd:host:port` speak clamd's INSTREAM, `command:…` runs a program on the bytes
(0 clean, 1 found, else it failed). What cannot be scanned is refused, never let through unscanned.
"""

import shlex
import socket
import subprocess
from contextlib import suppress
from pathlib import PurePath
from struct import pack

from states.characters import without_deceptive
from workflow.errors import FileRefused

CLAMD, COMMAND = "clamd:", "command:"
SECONDS = 60
CHUNK, MAX_ANSWER, SHOWN = 64 * 1024, 4096, 100
FOUND, FOUND_CODE = 1, "file_infected"
HARMLESS = "查毒试查".encode()
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + r"ANTIVIRUS-TEST-FILE!$H+H*").encode()
"""The harmless file every scanner takes for a virus; in two halves, so that none takes this file for it."""


class ScanFailed(Exception):
    """The scanner gave no verdict; the text says what it did instead."""


def scan(scanner: str, name: str, data: bytes) -> str:
    """Who found nothing in a file: the scanner, with its version where it says one.

    Raises `FileRefused`: `file_infected` naming what was found, `scan_failed` where there is no verdict.
    """
    try:
        found, by = (_by_clamd if scanner.startswith(CLAMD) else _by_command)(scanner, data)
    except (OSError, ScanFailed, subprocess.TimeoutExpired) as error:
        raise FileRefused(
            f"“{name}”未能查杀病毒，暂不接收：{_short(str(error))}。请管理员核对DUBAN_SCAN和查毒程序后重试。",
            code="scan_failed",
            name=name,
        ) from error
    if found is not None:
        raise FileRefused(
            f"“{name}”查出病毒（{found}），不予接收；请先在本机查杀，并告知信息安全人员。",
            code=FOUND_CODE,
            name=name,
            virus=found,
            scanner=by,
        )
    return by


def prove(scanner: str) -> str:
    """Who is the scanner, once it let a harmless file pass and found the one that all scanners know.

    Raises `FileRefused`: `scan_failed` without a verdict on either, `scan_blind` where it found nothing.
    """
    by = scan(scanner, "试查文件", HARMLESS)
    try:
        scan(scanner, "试查文件", EICAR)
    except FileRefused as refused:
        if refused.code == FOUND_CODE:
            return by
        raise
    raise FileRefused(
        f"{by}没有认出供试查用的EICAR文件，查毒不起作用；请管理员核对病毒库和DUBAN_SCAN。", code="scan_blind"
    )


def _by_clamd(scanner: str, data: bytes) -> tuple[str | None, str]:
    """What clamd finds, and the version of it and of its signatures."""
    version = _asked(scanner, b"zVERSION\0")
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    stream = b"".join(pack("!I", len(chunk)) + chunk for chunk in chunks) + pack("!I", 0)
    told = _asked(scanner, b"zINSTREAM\0" + stream)
    verdict, word = told.removeprefix("stream: ").rpartition(" ")[::2]
    if word == "FOUND":
        return _short(verdict), version
    if told != "stream: OK":
        raise ScanFailed(told or "查毒程序没有答复")
    return None, version


def _asked(scanner: str, question: bytes) -> str:
    with _connected(scanner.removeprefix(CLAMD)) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it hung up, perhaps having said why
            connection.sendall(question)
        answer = b""
        while len(answer) < MAX_ANSWER and (more := connection.recv(MAX_ANSWER)):
            answer += more
    return _short(answer.rstrip(b"\0\n").decode(errors="replace"))


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        return _connected_here(address)
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _connected_here(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _by_command(scanner: str, data: bytes) -> tuple[str | None, str]:
    words = shlex.split(scanner.removeprefix(COMMAND))
    done = subprocess.run(  # noqa: S603 - the operator's own setting, and no shell reads it
        words, input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False
    )
    told, by = _short(done.stdout.decode(errors="replace")), PurePath(words[0]).name
    if done.returncode not in (0, FOUND):
        raise ScanFailed(f"{by}以{done.returncode}退出，{told}")
    return (told or "未说明") if done.returncode == FOUND else None, by


def _short(text: str) -> str:
    """What a scanner says, on one line and no longer than a message bears."""
    return " ".join(without_deceptive(text).split())[:SHOWN]
