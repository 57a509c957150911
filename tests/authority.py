"""A time-stamp authority of our own: `openssl ts` behind a small server on loopback."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OPENSSL = shutil.which("openssl")
CONFIGURATION = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """Its root in `certificate`, its answers by `answer`; `faults` are taken off one by one instead."""

    def __init__(self, folder: Path, name: str = "滨海市时间戳服务") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.certificate = folder, folder / "root.pem"
        self.faults: list[tuple[int, bytes]] = []
        self.asked = 0
        (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        (folder / "serial").write_text("01\n")
        new = ("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8")
        own = ("-config", "ts.cnf", "-subj")
        self.openssl(*new, "-x509", "-days", "30", *own, f"/CN={name}根", "-extensions", "root",
                     "-keyout", "root.key", "-out", "root.pem")  # fmt: skip
        self.openssl(*new, *own, f"/CN={name}", "-keyout", "signer.key", "-out", "signer.csr")
        issuing = ("-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7", "-days", "30")
        usage = ("-extfile", "ts.cnf", "-extensions", "signer")
        self.openssl("x509", "-req", "-in", "signer.csr", *issuing, *usage, "-out", "signer.pem")

    def openssl(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(OPENSSL), *words], cwd=self.folder, check=True, capture_output=True, timeout=60
        )

    def answer(self, question: bytes) -> bytes:
        """A token for a question."""
        (self.folder / "question.tsq").write_bytes(question)
        self.openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "question.tsq", "-out", "answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """The authority's URL."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            question = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = authority.faults.pop(0) if authority.faults else (200, authority.answer(question))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
