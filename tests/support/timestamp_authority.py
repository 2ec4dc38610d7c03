"""A time stamp authority of our own behind a real HTTP server: OpenSSL makes its certificate and answers."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test authority
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """`root` is its certificate. While `away` it answers with an error, and `old` makes it answer the first question for ever."""

    url: str
    root: Path
    away: bool = False
    old: bool = False


@contextmanager
def timestamp_authority(folder: Path) -> Iterator[Authority]:
    config, root = folder / "tsa.cnf", folder / "root.pem"
    root_key, key, asked, signer = (str(folder / name) for name in ("root.key", "tsa.key", "tsa.csr", "tsa.pem"))
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-config", str(config), "-newkey", "rsa:2048", "-nodes")
    _openssl(*new, "-x509", "-extensions", "root", "-days", "30", "-subj", "/CN=Test root", "-keyout", root_key, "-out", str(root))
    _openssl(*new, "-keyout", key, "-out", asked)
    signed_by = ("-CA", str(root), "-CAkey", root_key, "-set_serial", "2", "-extfile", str(config), "-extensions", "stamping")
    _openssl("x509", "-req", "-in", asked, "-days", "30", *signed_by, "-out", signer)
    authority, first = Authority("", root), list[bytes]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, answer = folder / "query.tsq", folder / "answer.tsr"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            _openssl(
                *("ts", "-reply", "-config", str(config), "-queryfile", str(query), "-signer", signer, "-inkey", key),
                *("-out", str(answer)),
            )
            first.append(answer.read_bytes())
            content = first[0] if authority.old else first[-1]
            self.send_response(503 if authority.away else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
