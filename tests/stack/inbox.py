"""A mail server and a webhook on this machine that keep what they are told."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Inbox:
    """What was told since the start: mails as their text, posts as the JSON in them."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.posts: list[Any] = []
        inbox = self

        class Mail(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = list(iter(self.rfile.readline, b".\r\n"))
                        inbox.mails.append(b"".join(lines).decode())
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                    if word == b"QUIT":
                        return

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                inbox.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self._servers = (
            socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail),
            ThreadingHTTPServer(("127.0.0.1", 0), Hook),
        )
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def connections(self) -> dict[str, str]:
        """The connections by which Airflow reaches both."""
        mail, hook = (server.server_address[1] for server in self._servers)
        extra = {
            "disable_ssl": True,
            "disable_tls": True,
            "from_email": "airflow@example.org",
            "to_emails": "steward@example.org",
        }
        smtp = {"conn_type": "smtp", "host": "127.0.0.1", "port": mail, "extra": extra}
        webhook = {"conn_type": "http", "host": f"http://127.0.0.1:{hook}/alerts"}
        return {
            "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(smtp),
            "AIRFLOW_CONN_GOLDTHREAD_ALERTS": json.dumps(webhook),
        }

    def close(self) -> None:
        """End both."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
