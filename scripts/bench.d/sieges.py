"""The first design's two sieges, through the gateway, of discover and ten viewpages. Every part of the program is there twice, each a process
of its own; during the first siege one after the other is replaced, people write, and fifty streams are open. Fails where a goal is missed."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/tests/live"))
from apart import Apart  # noqa: E402
from follower import Follower, heard  # noqa: E402
from goals import end, line  # noqa: E402
from product import Person, wait  # noqa: E402

COURSES = 10
STREAMS = 50
# Nothing but what was asked for, and each request on a connection of its own, as siege does unless told otherwise.
SETTINGS = """
verbose = false
color = off
json_output = true
show-logfile = false
logging = false
parser = false
connection = close
benchmark = true
timeout = 30
"""


class Writers:
    """Two people who like, take back and comment while the others only look."""

    def __init__(self, system, course, enough):
        self.course, self.enough = course, enough
        self.acknowledged, self.comments, self.refused = 0, 0, []
        self.threads = [threading.Thread(target=self.write, args=(system, Person(system))) for _ in range(2)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_):
        self.enough.set()
        for thread in self.threads:
            thread.join()

    def write(self, system, person):
        for method, path in itertools.cycle((("PUT", "like"), ("DELETE", "like"), ("POST", "comments"))):
            if self.enough.wait(0.3):
                return
            body = {"body": "또 걷고 싶어요"} if method == "POST" else None
            status, answer = system.send(method, f"/api/v1/courses/{self.course}/{path}", body, person.token)
            if status not in (200, 201):
                self.refused.append((method, path, status, answer))
            else:
                self.acknowledged += 1
                self.comments += method == "POST"


class Siege:
    """`siege` with so many users for so many seconds, each asking for one of the addresses at random."""

    def __init__(self, users, seconds, addresses):
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        (folder / "settings").write_text(SETTINGS)
        (folder / "addresses").write_text("\n".join(addresses))
        self.words = f"siege -c{users} -t{seconds}S"
        command = [*self.words.split(), "--rc=" + str(folder / "settings"), "--file=" + str(folder / "addresses"), "--internet", "--quiet"]
        # It makes a folder of settings at home where it finds none.
        environment = os.environ | {"HOME": str(folder)}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def goes_on(self):
        return self.process.poll() is None

    def said(self):
        text, complaints = self.process.communicate()
        self.folder.cleanup()
        try:
            return json.loads(text[text.index("{"):])
        except ValueError:
            raise RuntimeError(f"siege said: {text}{complaints}") from None

    def report(self, availability, failed):
        """Prints what it said beside what the first design's did."""
        said = self.said()
        line(f"{self.words}: availability", f"{said['availability']:.2f} %", f"100 % ({availability})", said["availability"] == 100)
        line("  requests that failed", said["failed_transactions"], f"0 ({failed})", said["failed_transactions"] == 0)
        per_second, mean, longest = said["transaction_rate"], 1000 * said["response_time"], said["longest_transaction"]
        print(f"  {said['transactions']} pages, {per_second:.0f} a second, mean {mean:.0f} ms, longest {longest:.2f} s", flush=True)


def replaced_under_siege(system, course, addresses):
    enough, over = threading.Event(), threading.Event()
    followers = [Follower(system.address, course, over) for _ in range(STREAMS)]
    for follower in followers:
        follower.start()
    wait("streams", lambda: all(follower.begun is not None for follower in followers))
    writers, took = Writers(system, course, enough), []
    with writers:
        siege = Siege(100, 60, addresses)
        for process in itertools.cycle(system.ports):
            began = time.monotonic()
            system.replace(process)
            if not siege.goes_on():
                break
            took.append(time.monotonic() - began)
        siege.report("the first design 71.18 % before, 100 % after it was told to wait for readiness", "the first design 0 after it")
    parts = len(system.ports)
    line(f"  processes replaced meanwhile, of {parts}, each {max(took):.1f} s or less", len(took), f"≥ {parts}: each once", len(took) >= parts)
    line(f"  of {writers.acknowledged + len(writers.refused)} likes and comments meanwhile refused", len(writers.refused), "0", not writers.refused)
    for refused in writers.refused[:5]:
        print(f"    {refused}")

    # What the log of changes holds is what every stream has to have heard.
    said = f"SELECT id FROM viewpage.changes WHERE kind <> 'message' AND course_id = '{course}' ORDER BY id"

    wait("comments to be counted", lambda: system.ask("GET", f"/viewpages/{course}")["counts"]["comments"] >= writers.comments)
    changes = [int(change) for change in system.query(said)]
    missing, twice, again = heard(followers, changes)
    over.set()
    most = max(follower.connections for follower in followers)
    line(f"  {STREAMS} streams, {len(changes)} events each, up to {most} connections: missing", missing, "0", missing == 0)
    line("  of them twice or out of order", twice, "0", twice == 0)
    line("  streams told to read again", again, "0", again == 0)
    kept = system.ask("GET", f"/viewpages/{course}")["counts"]["comments"]
    line(f"  of {writers.comments} acknowledged comments there", kept, writers.comments, kept == writers.comments)
    audit = system.audit()
    line("  counts after it (dulle audit)", "differences" if audit.returncode else "exact", "exact", audit.returncode == 0)


def main():
    with contextlib.ExitStack() as stack:
        system = Apart(stack)
        host, customer = Person(system), Person(system)
        courses = [host.publish() for _ in range(COURSES)]
        for course in courses:
            wait("the course", lambda: system.send("GET", f"/api/v1/viewpages/{course}")[0] == 200)
            customer.ask("POST", f"/courses/{course}/reviews", {"rating": 5, "body": "또 걷고 싶어요"})
        addresses = [f"http://{system.address}/", *(f"http://{system.address}/courses/{course}" for course in courses)]
        replaced_under_siege(system, courses[0], addresses)
        Siege(20, 40, addresses).report("the first design 93.13 %", "the first design 995")
    end()


main()
