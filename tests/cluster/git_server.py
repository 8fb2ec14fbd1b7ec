"""Serves a repository with the files of a folder, to clients with a token (runs in a pod).

Arguments: the folder with the files, and the port. TOKEN is the password of any user.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(tempfile.mkdtemp())
IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.com")


def make_repository(files: Path) -> None:
    """Commit the files to the branch `main` of a new repository."""
    repository = ROOT / "flows.git"
    git = ("git", "-C", str(repository), *IDENTITY)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", repository], check=True)
    (repository / "dags").mkdir()
    # As large as a repository that has been in use for a while: 10 MB that do not compress.
    (repository / "data").mkdir()
    for number in range(500):
        (repository / "data" / str(number)).write_bytes(os.urandom(20_000))
    for file in files.glob("*.py"):
        shutil.copy(file, repository / "dags")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message=Add Dags"], check=True)


class Git(BaseHTTPRequestHandler):
    """`git http-backend`, as a web server runs it."""

    def answer(self) -> None:
        kind, _, credentials = self.headers.get("Authorization", "").partition(" ")
        _, _, token = base64.b64decode(credentials).decode().partition(":")
        if (kind, token) != ("Basic", os.environ["TOKEN"]):
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length", "0"))
        env = {
            **os.environ,
            "CONTENT_LENGTH": str(length),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(ROOT),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
        }
        body = self.rfile.read(length)
        done = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)

    do_GET = do_POST = answer


if __name__ == "__main__":
    make_repository(Path(sys.argv[1]))
    print("ready", flush=True)
    ThreadingHTTPServer(("", int(sys.argv[2])), Git).serve_forever()
