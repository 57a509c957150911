"""A small clamd on loopback: it knows one virus, the harmless one all scanners know, and as many failures."""

import socket
import socketserver
import threading
from contextlib import contextmanager
from struct import unpack

from workflow.services.scanning import EICAR

VERSION = "ClamAV 1.4.3/27812/Thu Jul 16 08:30:00 2026"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        command = self._word()
        if command == b"zVERSION":
            self._say(VERSION)
        elif command == b"zINSTREAM":
            self.server.streams.append(self._stream())
            self._say(self.server.answer or self._verdict())

    def _word(self):
        return b"".join(iter(lambda: self.rfile.read(1), b"\0"))

    def _stream(self):
        chunks = []
        while length := unpack("!I", self.rfile.read(4))[0]:
            chunks.append(self.rfile.read(length))
        return b"".join(chunks)

    def _verdict(self):
        found = EICAR in self.server.streams[-1]
        return "stream: Win.Test.EICAR_HDB-1 FOUND" if found else "stream: OK"

    def _say(self, text):
        self.wfile.write(text.encode() + b"\0")


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def a_clamd(place=("127.0.0.1", 0), answer=None):
    """A server at an address or a path; its `streams` are what it was given. `answer` is all it says."""
    kind = _Unix if isinstance(place, str) else _Tcp
    with kind(place, _Conversation) as server:
        server.streams, server.answer = [], answer
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def a_port_nobody_answers():
    """A port of this machine that was just given back."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
