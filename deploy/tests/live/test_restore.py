"""A dump of the database, restored into another Postgres cluster, is read on from where it was: docs/OPERATIONS.md, Backup and restore."""

import os
import subprocess
import tempfile
import unittest
import uuid

from product import Person, Product, wait

SERVER = os.environ["DULLE_TEST_DATABASE_URL"]


def psql(sql):
    subprocess.run(["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, SERVER], check=True, capture_output=True)


class Restore(unittest.TestCase):
    def test_into_another_cluster(self):
        with tempfile.TemporaryDirectory() as folder:
            dump = f"{folder}/dulle.dump"
            before = Product()
            self.addCleanup(lambda: before.process.poll() is None and before.stop())
            host, customer = Person(before), Person(before)
            course = host.publish()
            customer.ask("PUT", f"/courses/{course}/like")
            customer.ask("PUT", f"/courses/{course}/bookmark")
            wait("the counts", lambda: counts_of(before, course) == (1, 1))
            subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", before.database], check=True)
            shown = before.ask("GET", f"/viewpages/{course}")
            log = before.query("SELECT name, aggregate_id, aggregate_version FROM event_log.events ORDER BY position")
            consumers = before.query("SELECT consumer FROM event_log.checkpoints ORDER BY 1")
            before.stop()

            name = f"restored_{uuid.uuid4().hex}"
            # C.UTF-8 as in the program's own: what is sorted stays sorted.
            psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
            self.addCleanup(psql, f"DROP DATABASE {name} WITH (FORCE)")
            address = SERVER.replace("/postgres?", f"/{name}?")
            self.assertNotEqual(address, SERVER)
            subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address}", dump], check=True)

        after = Product(demo=False, database=address)
        self.addCleanup(lambda: after.process.poll() is None and after.stop())
        self.assertEqual(after.ask("GET", f"/viewpages/{course}"), shown)
        restored = "SELECT name, aggregate_id, aggregate_version FROM event_log.events ORDER BY position"
        self.assertEqual(after.query(restored)[: len(log)], log)
        self.audited(after)

        # With the session that was: what is done now is folded, so the log is read on.
        self.assertEqual(customer_of(after, customer).ask("DELETE", f"/courses/{course}/like"), {"liked": False, "likes": 0})
        other = Person(after)
        other.ask("PUT", f"/courses/{course}/like")
        other.ask("PUT", f"/courses/{course}/bookmark")
        wait("the counts", lambda: counts_of(after, course) == (1, 2))
        counts = after.ask("GET", f"/viewpages/{course}")["counts"]
        self.assertEqual(after.query("SELECT consumer FROM event_log.checkpoints ORDER BY 1"), consumers)
        self.assertEqual(after.query("SELECT * FROM event_log.parked"), [])
        self.audited(after)

        rebuilt = after.command("rebuild", "viewpage")
        self.assertEqual(rebuilt.returncode, 0, rebuilt.stderr)
        self.assertEqual(after.ask("GET", f"/viewpages/{course}")["counts"], counts)
        self.audited(after)
        after.stop()
        self.assertIn("the event log came from another Postgres cluster", after.said)

    def audited(self, product):
        audit = product.command("audit")
        self.assertEqual(audit.returncode, 0, audit.stdout + audit.stderr)


def counts_of(product, course):
    counts = product.ask("GET", f"/viewpages/{course}")["counts"]
    return counts["likes"], counts["bookmarks"]


def customer_of(product, person):
    """The same person at another process."""
    person.product = product
    return person
