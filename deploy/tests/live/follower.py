"""Streams of live changes, and what of them was heard."""

import contextlib
import http.client
import random
import threading

from product import wait


class Follower(threading.Thread):
    """A stream of one course, taken up again after the last event that was seen, as pages do."""

    def __init__(self, address, course, enough):
        super().__init__(daemon=True)
        self.address, self.path, self.enough = address, f"/api/v1/live?course={course}", enough
        self.begun, self.last, self.ids, self.connections, self.again = None, None, [], 0, []

    def run(self):
        while not self.enough.is_set():
            # Whatever breaks is taken up again, not by all of them at once.
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.follow()
            self.enough.wait(random.uniform(0, 0.2))

    def follow(self):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", self.path, headers={} if self.last is None else {"last-event-id": self.last})
            answer = connection.getresponse()
            if answer.status != 200:
                return
            self.connections += 1
            event = {}
            for text in answer:
                if text.strip():
                    field, value = text.decode().rstrip("\n").split(": ", 1)
                    event[field] = value
                    continue
                self.take(event)
                event = {}

    def take(self, event):
        if event.get("event") in (None, "ping", "watching"):
            return
        self.last = event["id"]
        if self.begun is None:
            self.begun = int(self.last)
        elif event["event"] in ("snapshot", "resync"):
            self.again.append(event["event"])
        else:
            self.ids.append(int(self.last))


def heard(followers, changes):
    """Waits for the last of the changes, all there were; then how many of them were missed, heard twice or out of order, and read again."""
    with contextlib.suppress(AssertionError):
        wait("streams to be in step", lambda: all(follower.ids[-1:] == changes[-1:] for follower in followers))
    missing = twice = again = 0
    for follower in followers:
        expected = [change for change in changes if change > follower.begun]
        missing += len(set(expected) - set(follower.ids))
        twice += len(follower.ids) - len(set(follower.ids)) + (sorted(follower.ids) != follower.ids)
        again += len(follower.again)
    return missing, twice, again
