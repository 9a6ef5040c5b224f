"""Every part of the program twice, each a process of its own, on one database, behind the gateway."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import uuid
from pathlib import Path

from product import BINARY, ROOT, free_port

SERVICES = ("identity", "course", "communication", "review", "message", "viewpage")
SERVER = os.environ["DULLE_TEST_DATABASE_URL"]


def psql(sql, database=SERVER):
    command = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, database]
    return subprocess.run(command, check=True, capture_output=True, text=True)


class Apart:
    """Asked as a `Product` is, by way of the gateway. `log` is what its processes log, as RUST_LOG has it; `binary` the program at first."""

    def __init__(self, stack, log="error", binary=BINARY):
        self.folder = Path(tempfile.mkdtemp(prefix="dulle-apart-"))
        stack.callback(shutil.rmtree, self.folder)
        name = f"apart_{uuid.uuid4().hex}"
        psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        stack.callback(psql, f"DROP DATABASE {name} WITH (FORCE)")
        self.database = SERVER.replace("/postgres?", f"/{name}?")
        self.ports = {(part, copy): free_port() for part in ("web", *SERVICES) for copy in (1, 2)}
        kept = {name: value for name, value in os.environ.items() if not re.match(r"DULLE_|LEPTOS_|PG|DATABASE_URL$", name)}
        addresses = {f"DULLE_{part.upper()}_URL": ",".join(f"http://127.0.0.1:{self.ports[part, copy]}" for copy in (1, 2)) for part in SERVICES}
        self.environment = kept | addresses | {
            "DULLE_ADMIN_ADDR": "off", "DULLE_DATA": str(self.folder / "data"), "DULLE_RATE_LIMIT": "off", "DULLE_DATABASE_CONNECTIONS": "4",
            "RUST_LOG": log,
        }
        self.processes = {}
        stack.callback(self.stop)
        # All at once, on a database that is empty yet: they wait for each other.
        for process in self.ports:
            self.spawn(process, binary)
        for process in self.ports:
            self.listens(process)
        self.gateway(stack)

    def start(self, process, binary=BINARY):
        self.spawn(process, binary)
        self.listens(process)

    def spawn(self, process, binary):
        part, _ = process
        own = {"DULLE_ADDR": f"127.0.0.1:{self.ports[process]}"} | ({} if part == "web" else {"DATABASE_URL": self.database})
        command = [binary, "serve", "--only", part]
        with (self.folder / f"{part}.log").open("a") as log:
            environment = self.environment | own
            self.processes[process] = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)

    def listens(self, process):
        part, _ = process
        if not self.processes[process].stdout.readline().startswith("listening on"):
            raise RuntimeError(f"{part} did not start: {self.logged(part)[-2000:]}")

    def gateway(self, stack):
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        upstreams = [word for copy in (1, 2) for word in ("--upstream", f"127.0.0.1:{self.ports['web', copy]}")]
        command = [ROOT / "deploy/nginx/serve", "--http", self.address, *upstreams]
        with (self.folder / "gateway.log").open("w") as log:
            started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)

        def end():
            started.terminate()
            started.wait()
            started.stdout.close()

        stack.callback(end)
        if not started.stdout.readline().startswith("gateway on"):
            raise RuntimeError("the gateway did not start")
        # Whatever else it says must not fill the pipe.
        threading.Thread(target=lambda: [None for _ in started.stdout], daemon=True).start()

    def kill(self, process):
        killed = self.processes[process]
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        killed.stdout.close()

    def replace(self, process, binary=BINARY):
        """By SIGTERM, as a roll-out does."""
        ending = self.processes[process]
        ending.terminate()
        if ending.wait() != 0:
            raise RuntimeError(f"{process} ended with {ending.returncode}")
        ending.stdout.close()
        self.start(process, binary)

    def logged(self, part):
        return (self.folder / f"{part}.log").read_text()

    def stop(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            process.wait()
            process.stdout.close()

    def send(self, method, path, body=None, token=None, headers=None):
        """Status and answer; 0 where the connection broke."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        try:
            connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def ask(self, method, path, body=None, token=None, headers=None):
        status, answer = self.send(method, f"/api/v1{path}", body, token, headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def query(self, sql):
        return psql(sql, self.database).stdout.splitlines()

    def audit(self):
        command = [BINARY, "audit"]
        return subprocess.run(command, cwd=self.folder, env=self.environment | {"DATABASE_URL": self.database}, capture_output=True, text=True)
