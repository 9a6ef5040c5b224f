"""The program under test, started with a private Postgres of its own and the demo courses; and a person who uses it over REST."""

import contextlib
import http.client
import itertools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEADLINE = 60
BINARY = Path(os.environ.get("DULLE_BINARY", ROOT / "target/release/dulle")).resolve()


# Below those that the system gives to outgoing connections: one of them doesn't get it meanwhile. Begun somewhere, and none twice.
_FIRST, _COUNT = 10_000, 22_000
_ports = itertools.count(random.randrange(_COUNT))


def free_port():
    """One on which nobody listens; no two are the same in a process."""
    while True:
        port = _FIRST + next(_ports) % _COUNT
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port


def wait(what, there):
    """Waits until it is there: the read model follows what has been answered."""
    until = time.monotonic() + DEADLINE
    while not there():
        if time.monotonic() > until:
            raise AssertionError(f"waited for {what}")
        time.sleep(0.05)


class Product:
    def __init__(self, demo=True, database=None, **environment):
        self.folder = Path(tempfile.mkdtemp(prefix="dulle-deploy-"))
        # Postgres has an account of its own, which has to get here.
        self.folder.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not re.match(r"DULLE_|LEPTOS_|PG|DATABASE_URL$", name)}
        self.admin = f"127.0.0.1:{free_port()}"
        self.environment = kept | {
            "DULLE_ADDR": "127.0.0.1:0", "DULLE_ADMIN_ADDR": self.admin, "DULLE_DATA": str(self.folder), "DULLE_DEMO": "1" if demo else "0",
            "DULLE_RATE_LIMIT": "off",
        } | ({"DATABASE_URL": database} if database else {}) | environment
        self.log = self.folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([BINARY, "serve"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        said = re.search(r"listening on http://(\S+)", line)
        if said is None:
            self.stop()
            raise RuntimeError(f"it did not start: {line}")
        self.address = said[1]
        if database is None:
            [_, folder] = (self.folder / "dulle.lock").read_text().split("\n")[:2]
            self.database = f"postgres://dulle@/dulle?host={folder}"
        else:
            self.database = database

    def metrics(self):
        connection = http.client.HTTPConnection(self.admin, timeout=60)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def command(self, *words):
        """Runs another command of the program on the same database."""
        return subprocess.run([BINARY, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def stop(self):
        self.process.terminate()
        code = self.process.wait()
        self.process.stdout.close()
        self.said = self.log.read_text()
        shutil.rmtree(self.folder)
        if code != 0:
            raise RuntimeError(f"it ended with {code}: {self.said[-2000:]}")

    def ask(self, method, path, body=None, token=None, headers=None):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        given = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        connection.request(method, f"/api/v1{path}", body=json.dumps(body) if body is not None else None, headers=given)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text}")
        return json.loads(text) if text else None

    def query(self, sql):
        command = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, self.database]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


class Person:
    def __init__(self, product):
        self.product = product
        self.email, self.password = f"{uuid.uuid4()}@example.com", f"walk together {uuid.uuid4()}"
        product.ask("POST", "/accounts", {"email": self.email, "password": self.password, "display_name": "Mina"})
        self.token = product.ask("POST", "/sessions", {"email": self.email, "password": self.password})["token"]

    def ask(self, method, path, body=None, headers=None):
        return self.product.ask(method, path, body, self.token, headers)

    def publish(self):
        stop = {"name": "서울숲", "category": "park", "lat": 37.5444, "lng": 127.0374, "stay_minutes": 60, "cost_krw": 0, "note": ""}
        words = {"title": "A walk", "summary": "", "stops": [{"name": "Seoul Forest", "note": "By the deer"}]}
        course = {"title": "한 바퀴", "summary": "천천히", "region": "seoul", "tags": ["산책"], "reviews_open": True, "stops": [stop], "translation": words}
        made = self.ask("POST", "/courses", course)
        course["title"] = "두 바퀴"
        self.ask("PUT", f"/courses/{made['id']}", course, {"if-match": f'"{made["version"]}"'})
        self.ask("POST", f"/courses/{made['id']}/publish")
        return made["id"]
