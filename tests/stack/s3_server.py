"""A real S3 server for tests: SeaweedFS in one process, on this machine alone, telling nobody of itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import s3fs

ACCESS_KEY = "goldthread-tests"
SECRET_KEY = "no-secret-of-anybody"
BUCKET = "lake"
PATIENCE_SECONDS = 60.0


def program() -> str | None:
    """Return where the server's program lies: beside the interpreter, or on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return shutil.which("weed", path=path)


class S3Server:
    """An S3 server with a bucket; what it holds outlasts its being killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = _free_ports(8)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self._ports[0]}"

    def files(self) -> s3fs.S3FileSystem:
        """Return the server's buckets as a file system that remembers nothing."""
        return s3fs.S3FileSystem(
            key=ACCESS_KEY, secret=SECRET_KEY, endpoint_url=self.endpoint, skip_instance_cache=True
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        s3, master, volume, filer, admin, iceberg, *_ = self._ports
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [
            program() or "weed",
            "mini",
            f"-dir={self._folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-admin.ui=false",
            "-webdav=false",
            f"-s3.port={s3}",
            f"-master.port={master}",
            f"-volume.port={volume}",
            f"-filer.port={filer}",
            f"-admin.port={admin}",
            f"-s3.port.iceberg={iceberg}",
            "-s3.port.lance=0",
            f"-bucket={BUCKET}",
        ]
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        with (self._folder.parent / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **keys}, stdout=log, stderr=log, cwd=self._folder
            )
        self._wait()

    def stop(self) -> None:
        """Kill the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                try:
                    urllib.request.urlopen(f"{self.endpoint}/{BUCKET}", timeout=2).close()  # noqa: S310 - our own
                except urllib.error.HTTPError as answer:
                    answer.close()
                    if answer.code == 403:  # it knows the bucket, and not us
                        return
            time.sleep(0.1)
        raise TimeoutError((self._folder.parent / "weed.log").read_text()[-2000:])


def _free_ports(count: int) -> list[int]:
    """Return free ports whose ten-thousandth neighbours are free too: there its parts talk to each other."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            port = port - 20_000 if port > 50_000 else port
            with contextlib.suppress(OSError):
                other.bind(("127.0.0.1", port + 10_000))
                if port not in found:
                    found.append(port)
    return found
