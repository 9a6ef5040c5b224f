"""Five thousand open streams of one course on one process, which changes once a second: the memory of a stream, and how long after the
answer to whoever changed it the event is there. Then the same beside a reader that has stalled. Fails where a goal is missed."""

import contextlib
import http.client
import itertools
import multiprocessing
import select
import socket
import sys
import threading
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/tests/live"))
from goals import end, line  # noqa: E402
from product import Person, Product, wait  # noqa: E402

STREAMS = 5_000
EVENTS = 30
# Larger than what the kernel and the stream's queue hold of them together, by and by.
LOUD_REVIEW = "길" * 1_900
# An empty line, and the end of the chunk that it came in.
EVENT_END = b"\n\n\r\n"
DROPPED = "dulle_live_streams_dropped_total"


def open_stream(address, path, receive_buffer=None):
    host, port = address.split(":")
    stream = socket.socket()
    if receive_buffer:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    stream.connect((host, int(port)))
    stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    return stream


class Streams:
    """All of them read by one loop: what is measured is the program, so that what reads has to be quick."""

    def __init__(self, address, path, many):
        self.ready, self.open = select.epoll(), {}
        while len(self.open) < many:
            # A hundred people who come in the same moment, and then the next hundred.
            begun = [open_stream(address, path) for _ in range(min(100, many - len(self.open)))]
            for stream in begun:
                said = b""
                while b"event: snapshot" not in said or not said.endswith(EVENT_END):
                    part = stream.recv(65_536)
                    said += part
                    if not part or not said.startswith(b"HTTP/1.1 200"):
                        raise RuntimeError(f"no stream: {said!r}")
                stream.setblocking(False)
                self.open[stream.fileno()] = stream
                self.ready.register(stream, select.EPOLLIN)

    def arrivals(self, mark):
        """Waits until every stream has told of `mark`, and answers when each did."""
        there, parts, until = {}, {}, time.monotonic() + 60
        while len(there) < len(self.open):
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.open) - len(there)} streams have not told of {mark}")
            for number, _ in self.ready.poll(1, 1_024):
                part = self.open[number].recv(65_536)
                now = time.monotonic()
                if not part:
                    raise AssertionError("a stream has ended")
                said = parts[number] = parts.get(number, b"") + part
                if mark in said and said.endswith(EVENT_END):
                    there.setdefault(number, now)
        return list(there.values())


def toggle(address, course, token, asked):
    """A process of its own: likes and takes back whenever it is asked to, and says when that was answered."""
    connection = http.client.HTTPConnection(address, timeout=60)
    for method in itertools.cycle(("PUT", "DELETE")):
        case = asked.recv()
        if case is None:
            return
        connection.request(method, f"/api/v1/courses/{course}/like", headers={"authorization": f"Bearer {token}", "x-correlation-id": case})
        answer = connection.getresponse()
        answered = time.monotonic()
        answer.read()
        asked.send((answer.status, answered))


def delays(streams, asked):
    """Milliseconds between answer and event, of every event on every stream; an event a second."""
    all_of_them, next_at = [], time.monotonic()
    for _ in range(EVENTS):
        time.sleep(max(0, next_at - time.monotonic()))
        next_at = time.monotonic() + 1
        case = str(uuid.uuid4())
        asked.send(case)
        arrived = streams.arrivals(case.encode())
        status, answered = asked.recv()
        if status != 200:
            raise RuntimeError(f"the like was answered with {status}")
        all_of_them += [max(0, 1_000 * (at - answered)) for at in arrived]
    return sorted(all_of_them)


def memory(process):
    """Of the program, in KiB."""
    [size] = [text.split()[1] for text in Path(f"/proc/{process.pid}/status").read_text().splitlines() if text.startswith("VmRSS:")]
    return int(size)


def report(what, sorted_delays):
    half, most = sorted_delays[len(sorted_delays) // 2], sorted_delays[int(0.99 * len(sorted_delays))]
    line(f"  {what}: event after the answer, p99", f"{most:.0f} ms", f"≤ 250 ms (p50 {half:.0f}, greatest {sorted_delays[-1]:.0f})", most <= 250)


class StalledReader:
    """Watches a course beside the one that all watch, and takes nothing; people say much about it until the program has had enough."""

    def __init__(self, product, host, quiet):
        self.product, self.enough = product, threading.Event()
        loud = host.publish()
        wait("the course", lambda: loud in [item["course_id"] for item in product.ask("GET", "/viewpages?limit=50")["items"]])
        self.critics = [threading.Thread(target=self.say_much, args=(Person(product), loud)) for _ in range(4)]
        self.stream = open_stream(product.address, f"/api/v1/live?course={loud}&course={quiet}", receive_buffer=4_096)

    def __enter__(self):
        for critic in self.critics:
            critic.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        for critic in self.critics:
            critic.join()
        self.stream.close()

    def dropped(self):
        return any(text.startswith(DROPPED) and not text.endswith(" 0") for text in self.product.metrics().splitlines())

    def say_much(self, critic, course):
        review = critic.ask("POST", f"/courses/{course}/reviews", {"rating": 5, "body": "좋아요"})["id"]
        for number in itertools.count():
            critic.ask("PUT", f"/reviews/{review}", {"rating": 5, "body": f"{LOUD_REVIEW} {number}"})
            if self.enough.wait(0.2):
                return


def main():
    with contextlib.ExitStack() as stack:
        product = Product(demo=False)
        stack.callback(product.stop)
        host, customer = Person(product), Person(product)
        course = host.publish()
        asked, there = multiprocessing.Pipe()
        liker = multiprocessing.Process(target=toggle, args=(product.address, course, customer.token, there), daemon=True)
        liker.start()
        path = f"/api/v1/live?course={course}"
        # What the program sets up once is not what a stream takes.
        few = Streams(product.address, path, 10)
        for _ in range(10):
            case = str(uuid.uuid4())
            asked.send(case)
            few.arrivals(case.encode())
            asked.recv()
        before = memory(product.process)

        streams = Streams(product.address, path, STREAMS)
        alone = delays(streams, asked)
        each = (memory(product.process) - before) / STREAMS
        line(f"{STREAMS} streams on one process: memory of each", f"{each:.1f} KiB", "≤ 20 KiB", each <= 20)
        report("an event a second", alone)
        with StalledReader(product, host, course) as stalled:
            report("beside a reader that has stalled", delays(streams, asked))
            wait("the stalled stream to be ended", stalled.dropped)
            print("  the stream of the stalled reader was ended", flush=True)
        asked.send(None)
    end()


main()
