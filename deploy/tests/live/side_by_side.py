"""Two releases on one database, behind one gateway: rolled out, rolled back and rolled out again while people go on. `deploy/side-by-side`
runs it: DULLE_BINARY_BEFORE is the program of the release before."""

import contextlib
import os
import threading
import unittest
from pathlib import Path

from apart import Apart
from follower import Follower, heard
from product import BINARY, Person, wait

STREAMS = 10


class Deeds:
    """What people do again and again, with what both releases know."""

    def __init__(self, system, host, course):
        self.system, self.host, self.course = system, host, course
        self.answered, self.refused, self.comments, self.enough = [], [], [], threading.Event()
        self.release = "before"

    def send(self, person, method, path, body=None, headers=None):
        status, answer = self.system.send(method, f"/api/v1{path}", body, person.token, headers)
        (self.answered if 200 <= status < 300 else self.refused).append((self.release, method, path, status, answer))
        return answer

    def customer(self, person):
        review = self.send(person, "POST", f"/courses/{self.course}/reviews", {"rating": 3, "body": "좋아요"})["id"]
        while not self.enough.is_set():
            self.send(person, "PUT", f"/courses/{self.course}/like")
            comment = self.send(person, "POST", f"/courses/{self.course}/comments", {"body": "또 걷고 싶어요"})
            if comment:
                self.comments.append(comment["id"])
            self.send(person, "GET", f"/viewpages/{self.course}")
            self.send(person, "PUT", f"/courses/{self.course}/bookmark")
            self.send(person, "PUT", f"/reviews/{review}", {"rating": 1 + len(self.answered) % 5, "body": "또 왔어요"})
            self.send(person, "DELETE", f"/courses/{self.course}/like")
            self.send(person, "GET", "/viewpages?q=서울&sort=likes")
            self.send(person, "DELETE", f"/courses/{self.course}/bookmark")
            self.send(person, "GET", "/me/messages")

    def hosting(self):
        while not self.enough.is_set():
            self.host.publish()
            self.send(self.host, "GET", "/me/courses")


class SideBySide(unittest.TestCase):
    def test_rolled_out_and_back_and_out_again_while_people_go_on(self):
        before = Path(os.environ["DULLE_BINARY_BEFORE"]).resolve()
        with contextlib.ExitStack() as stack:
            system = Apart(stack, binary=before)
            host = Person(system)
            course = host.publish()
            wait("the course", lambda: system.send("GET", f"/api/v1/viewpages/{course}")[0] == 200)
            over, deeds = threading.Event(), Deeds(system, host, course)
            followers = [Follower(system.address, course, over) for _ in range(STREAMS)]
            people = [threading.Thread(target=deeds.customer, args=(Person(system),)) for _ in range(3)]
            people.append(threading.Thread(target=deeds.hosting))
            for thread in [*followers, *people]:
                thread.start()
            wait("streams", lambda: all(follower.begun is not None for follower in followers))
            try:
                for release, binary in (("rolled out", BINARY), ("rolled back", before), ("rolled out again", BINARY)):
                    for process in system.ports:
                        deeds.release, seen = f"{release}, {process}", len(deeds.answered)
                        system.replace(process, binary)
                        wait("people to be answered", lambda: len(deeds.answered) > seen + 12 or deeds.refused)
            finally:
                deeds.enough.set()
                for person in people:
                    person.join()
            self.assertEqual(deeds.refused, [])
            shown = f"/viewpages/{course}"
            wait("comments to be counted", lambda: system.ask("GET", shown)["counts"]["comments"] >= len(deeds.comments))
            said = f"SELECT id FROM viewpage.changes WHERE kind <> 'message' AND course_id = '{course}' ORDER BY id"
            changes = [int(change) for change in system.query(said)]
            missing, twice, again = heard(followers, changes)
            over.set()
            self.assertEqual((missing, twice, again), (0, 0, 0))
            self.assertEqual(system.query("SELECT * FROM event_log.parked"), [])
            audit = system.audit()
            self.assertEqual(audit.returncode, 0, audit.stdout + audit.stderr)
            print(f"{len(deeds.answered)} deeds answered, {len(changes)} changes on each of {STREAMS} streams; {3 * len(system.ports)} replaced")
