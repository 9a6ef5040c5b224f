"""Real events are as their schemas say, and somebody in another language who follows them counts as we do."""

import copy
import datetime
import json
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.error

from jsonschema import Draft202012Validator, FormatChecker
from bus import Nats
from product import ROOT, Person, Product, wait
from referencing import Registry, Resource

sys.path.insert(0, str(ROOT / "deploy/examples"))
sys.path.insert(0, str(ROOT / "deploy/tests"))
import consumer  # noqa: E402
import metrics  # noqa: E402

SCHEMAS = {path.name: json.loads(path.read_text()) for path in (ROOT / "docs/events").glob("*.schema.json")}
NAMES = {name.removesuffix(".schema.json") for name in SCHEMAS} - {"envelope", "definitions"}
# It takes a course that is withdrawn between a bookmark and its confirmation; its schema is that of the other bookmark events.
RARE = {"communication.bookmark_refused.v1"}


def narrowed(schema):
    """The same schema without leave for fields that it doesn't name: what is published has to be described."""
    if isinstance(schema, list):
        return [narrowed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: narrowed(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner:
        inner["unevaluatedProperties"] = False
    return inner


def validator(strict):
    schemas = copy.deepcopy(SCHEMAS)
    if strict:
        schemas = {name: narrowed(schema) for name, schema in schemas.items()}
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas.values())
    return Draft202012Validator(schemas["envelope.schema.json"], registry=registry, format_checker=FormatChecker())


TOKEN = "a-token-of-thirty-two-bytes-or-more"


def setUpModule():
    global nats, product, course
    nats = Nats()
    unittest.addModuleCleanup(nats.stop)
    product = Product(DULLE_BUS=nats.address, DULLE_EVENTS_TOKEN=TOKEN)
    unittest.addModuleCleanup(product.stop)
    course = everything(product)


def everything(product):
    """Does all that there is to do; answers with a course that is still there."""
    host, customer, other = Person(product), Person(product), Person(product)
    course, gone = host.publish(), host.publish()
    customer.ask("PUT", f"/courses/{course}/like")
    customer.ask("DELETE", f"/courses/{course}/like")
    customer.ask("PUT", f"/courses/{course}/like")
    customer.ask("PUT", f"/courses/{course}/bookmark")
    customer.ask("DELETE", f"/courses/{course}/bookmark")
    other.ask("PUT", f"/courses/{course}/bookmark")
    comment = customer.ask("POST", f"/courses/{course}/comments", {"body": "비 와도 좋아요?"})["id"]
    customer.ask("PUT", f"/comments/{comment}", {"body": "비가 와도 좋아요?"})
    host.ask("PUT", f"/comments/{comment}/answer", {"body": "네, 좋아요"})
    customer.ask("DELETE", f"/comments/{comment}")
    review = customer.ask("POST", f"/courses/{course}/reviews", {"rating": 4, "body": "좋아요"})["id"]
    customer.ask("PUT", f"/reviews/{review}", {"rating": 5, "body": "아주 좋아요"})
    host.ask("PUT", f"/reviews/{review}/reply", {"body": "고마워요"})
    spare = other.ask("POST", f"/courses/{course}/reviews", {"rating": 1, "body": "음"})["id"]
    other.ask("DELETE", f"/reviews/{spare}")
    host.ask("POST", f"/courses/{gone}/unpublish")
    host.ask("DELETE", f"/courses/{gone}")
    wait("a message", lambda: customer.ask("GET", "/me/messages")["unread"])
    customer.ask("POST", "/me/messages/read-all")
    closing = Person(product)
    closing.ask("PUT", f"/courses/{course}/like")
    closing.ask("DELETE", "/me", {"password": closing.password})
    wait("everybody to erase", lambda: product.query("SELECT count(*) FROM event_log.events WHERE name = 'identity.account_erased.v1'") == ["4"])
    wait("every case to end", lambda: product.query("SELECT count(*) FROM event_log.sagas WHERE state = 'running'") == ["0"])
    return course


class Schemas(unittest.TestCase):
    def test_are_schemas_of_the_names_in_the_document(self):
        for name, schema in SCHEMAS.items():
            Draft202012Validator.check_schema(schema)
            self.assertTrue(schema["$id"].endswith(name))
        said = (ROOT / "docs/events.md").read_text()
        self.assertEqual({name for name in NAMES if f"`{name}`" not in said}, set())
        source = (ROOT / "contract/src/event.rs").read_text()
        self.assertEqual({name for name in NAMES if f'"{name}"' not in source}, set())
        self.assertEqual(source.count("#[serde(rename = \""), len(NAMES))

    def test_of_what_was_published(self):
        strict, seen = validator(strict=True), set()
        events, _ = consumer.FromPostgres(product.database).read("0,0", 100_000)
        for event in events:
            seen.add(event["name"])
            complaints = [f"{error.json_path}: {error.message}" for error in strict.iter_errors(event)]
            self.assertEqual(complaints, [], event)
        self.assertEqual(NAMES - seen, RARE)
        self.assertEqual(seen - NAMES, set())

    def test_notice_mistakes_and_bear_growth(self):
        events, _ = consumer.FromPostgres(product.database).read("0,0", 100_000)
        example = next(event for event in events if event["name"] == "review.registered.v1")
        usual = validator(strict=False)
        for breaking in (
            {"version": 0}, {"name": "review"}, {"id": "1"}, {"occurred_at": 1}, {"aggregate": {"kind": "course", "id": example["id"]}},
            {"payload": {}}, {"payload": example["payload"] | {"rating": 6}}, {"payload": example["payload"] | {"body": ""}},
        ):
            self.assertFalse(usual.is_valid(example | breaking), breaking)
        self.assertTrue(usual.is_valid(example | {"payload": example["payload"] | {"mood": "glad"}}))
        self.assertFalse(validator(strict=True).is_valid(example | {"payload": example["payload"] | {"mood": "glad"}}))
        self.assertTrue(usual.is_valid(example | {"name": "review.praised.v1", "payload": {}}))


class Consumer(unittest.TestCase):
    def expected(self):
        """What the read model says of the courses that it shows."""
        shown, cursor = {}, ""
        while cursor is not None:
            page = product.ask("GET", f"/viewpages?limit=50{f'&cursor={cursor}' if cursor else ''}")
            shown |= {item["course_id"]: {kind: item["counts"][kind] for kind in ("likes", "bookmarks")} for item in page["items"]}
            cursor = page["next"]
        return shown

    def check(self, counts):
        expected = self.expected()
        self.assertGreater(len(expected), 30)
        self.assertEqual({course: counts.get(course, {"likes": 0, "bookmarks": 0}) for course in expected}, expected)
        self.assertEqual(expected[course], {"likes": 1, "bookmarks": 1})

    def test_counts_from_the_log(self):
        with tempfile.TemporaryDirectory() as folder:
            program = [sys.executable, ROOT / "deploy/examples/consumer.py", f"{folder}/likes.db", "--postgres", product.database, "--until-end"]
            for _ in range(2):
                said = subprocess.run(program, check=True, capture_output=True, text=True).stdout
                self.check(json.loads(said))

    def test_counts_what_comes_twice_once(self):
        source = consumer.FromPostgres(product.database)
        events, last = source.read("0,0", 100_000)
        with tempfile.TemporaryDirectory() as folder:
            likes = consumer.Likes(f"{folder}/likes.db")
            # Each batch again, with some of the one before.
            for begin in range(0, len(events), 50):
                for _ in range(2):
                    likes.take(source, events[max(0, begin - 10):begin + 50], last)
            self.check(likes.counts())
            with self.assertRaises(consumer.Gap):
                jumped = next(event for event in events if event["name"] == "communication.like_registered.v1")
                likes.take(source, [jumped | {"version": 99}], "9,9")
            self.assertEqual(likes.after(source), last, "nothing of a batch that fails stays")

    def test_passes_over_names_that_it_does_not_know(self):
        source = consumer.FromPostgres(product.database)
        liked = next(event for event in source.read("0,0", 100_000)[0] if event["name"] == "communication.like_registered.v1")
        like = liked | {"aggregate": {"kind": "like", "id": "another"}}
        following = [like | {"version": 2, "name": "communication.like_moved.v1"}, like | {"version": 3, "name": "communication.like_canceled.v1"}]
        with tempfile.TemporaryDirectory() as folder:
            likes = consumer.Likes(f"{folder}/likes.db")
            likes.take(source, [like | {"version": 1}, *following], "9,9")
            self.assertEqual(likes.counts(), {like["payload"]["course_id"]: {"likes": 0, "bookmarks": 0}})

    def test_counts_over_http(self):
        address = f"http://{product.admin}/events"
        with tempfile.TemporaryDirectory() as folder:
            likes = consumer.Likes(f"{folder}/likes.db")
            source = consumer.FromHttp(address, TOKEN)
            over_http, in_the_log = source.read("0,0", 7), consumer.FromPostgres(product.database).read("0,0", 7)
            for events, _ in (over_http, in_the_log):
                for event in events:
                    event["occurred_at"] = datetime.datetime.fromisoformat(event["occurred_at"])
            self.assertEqual(over_http, in_the_log)
            consumer.follow(source, likes, until_end=True)
            self.check(likes.counts())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            consumer.FromHttp(address, "another token").read("0,0", 7)
        self.assertEqual(refused.exception.code, 401)

    def test_begins_anew_in_another_log(self):
        liked = next(event for event in consumer.FromPostgres(product.database).read("0,0", 100_000)[0] if event["name"] == "communication.like_registered.v1")
        lost = liked | {"aggregate": {"kind": "like", "id": "lost"}, "version": 1, "payload": liked["payload"] | {"course_id": "lost"}}
        for source in (consumer.FromPostgres(product.database), consumer.FromHttp(f"http://{product.admin}/events", TOKEN)):
            with self.subTest(type(source).__name__), tempfile.TemporaryDirectory() as folder:
                likes = consumer.Likes(f"{folder}/likes.db")
                # As far as a log had come that is no more.
                likes.take(source, [lost], "9000000000,1")
                consumer.follow(source, likes, until_end=True)
                self.check(likes.counts())

    def test_counts_over_the_bus_in_whatever_order(self):
        source = consumer.FromNats(nats.address)
        self.addCleanup(source.close)
        with tempfile.TemporaryDirectory() as folder:
            likes = consumer.Likes(f"{folder}/likes.db")
            told = int(product.query("SELECT count(*) FROM event_log.events")[0])
            wait("all to be published", lambda: len(source.read("0,0", 100_000)[0]) >= told)
            consumer.follow(source, likes, until_end=True)
            self.check(likes.counts())
            events, last = source.read("0,0", 100_000)
            reversed_likes = consumer.Likes(f"{folder}/reversed.db")
            reversed_likes.take(source, list(reversed(events)), last)
            self.check(reversed_likes.counts())


class Metrics(unittest.TestCase):
    # Counted from their first time on: nothing of the kind has happened here.
    NOTHING_YET = {
        "dulle_breaker_opened_total", "dulle_breaker_refused_total", "dulle_consumer_parked_total", "dulle_live_streams_dropped_total",
        "dulle_rate_limit_refused_total", "dulle_session_streams_ended_total", "live_streams_open",
        "dulle_internal_refused_total", "dulle_remote_retries_total", "dulle_remote_streams_reopened_total",
    }

    def test_what_the_program_shows_is_what_its_source_says(self):
        # Some are looked at every five seconds.
        wait("the cases to be counted", lambda: "dulle_sagas_running{" in product.metrics())
        shown = {}
        for name, labels in re.findall(r"^([a-z_]+)(?:\{(.*)\})? ", product.metrics(), re.MULTILINE):
            shown.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
        # There is nothing to take in where all services share a database.
        nowhere = {name for name in metrics.measured() if name.startswith("dulle_bus_")} - {"dulle_bus_relayed_total", "dulle_bus_oldest_age"}
        shown = {name: labels for name, labels in shown.items() if name not in nowhere}
        self.assertLessEqual(metrics.measured().keys() - shown.keys() - nowhere, self.NOTHING_YET)
        self.assertEqual(shown, {name: labels for name, labels in metrics.measured().items() if name in shown})
