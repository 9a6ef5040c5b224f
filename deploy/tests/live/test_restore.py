"""A dump of the database, restored into another Postgres cluster, is read on: docs/OPERATIONS.md, Backup and restore.

The log is ordered by transaction ids, which each cluster counts for itself. So both are tried: a cluster that has given out fewer than the
log has seen, where the ids are adopted, and one that has given out more, where they are old ones like all others."""

import os
import subprocess
import tempfile
import unittest

from product import ROOT, Person, Product, wait

ADOPTED = "the event log came from another Postgres cluster"
LOG = "SELECT name, aggregate_id, aggregate_version FROM event_log.events ORDER BY position"
CONSUMERS = "SELECT consumer FROM event_log.checkpoints ORDER BY 1"


def psql(address, sql):
    command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", sql, address]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def transactions(address):
    return int(psql(address, "SELECT pg_current_xact_id()"))


def begin_transactions(address, count):
    psql(address, f"DO $$ BEGIN FOR i IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")


class Restore(unittest.TestCase):
    def test_into_a_younger_cluster(self):
        before, new = self.product(), self.cluster()
        begin_transactions(before.database, 10_000)
        self.assertLess(transactions(new), transactions(before.database) - 5_000)
        self.assertIn(ADOPTED, self.read_on(before, new))

    def test_into_an_older_cluster(self):
        before, new = self.product(), self.cluster()
        begin_transactions(new, transactions(before.database) + 10_000)
        self.assertNotIn(ADOPTED, self.read_on(before, new))

    def read_on(self, before, server):
        """Moves what `before` has to a new database on the server, goes on with it there, and answers what the program logged."""
        host, customer = Person(before), Person(before)
        course = host.publish()
        customer.ask("PUT", f"/courses/{course}/like")
        customer.ask("PUT", f"/courses/{course}/bookmark")
        wait("the counts", lambda: counts_of(before, course) == (1, 1))
        # What was there when the dump began: messages may still be on their way.
        log = before.query(LOG)
        consumers = before.query(CONSUMERS)
        shown = before.ask("GET", f"/viewpages/{course}")
        # C.UTF-8 as in the program's own: what is sorted stays sorted.
        psql(server, "CREATE DATABASE dulle TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        address = server.replace("/postgres?", "/dulle?")
        self.assertNotEqual(address, server)
        with tempfile.TemporaryDirectory() as folder:
            dump = f"{folder}/dulle.dump"
            subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", before.database], check=True)
            before.stop()
            subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address}", dump], check=True)

        after = self.product(demo=False, database=address)
        self.assertEqual(after.ask("GET", f"/viewpages/{course}"), shown)
        self.assertEqual(after.query(LOG)[: len(log)], log)
        self.audited(after)

        # With the session that was: what is done now is folded, so the log is read on.
        self.assertEqual(customer_of(after, customer).ask("DELETE", f"/courses/{course}/like"), {"liked": False, "likes": 0})
        other = Person(after)
        other.ask("PUT", f"/courses/{course}/like")
        other.ask("PUT", f"/courses/{course}/bookmark")
        wait("the counts", lambda: counts_of(after, course) == (1, 2))
        counts = after.ask("GET", f"/viewpages/{course}")["counts"]
        self.assertEqual(after.query(CONSUMERS), consumers)
        self.assertEqual(after.query("SELECT * FROM event_log.parked"), [])
        self.audited(after)

        rebuilt = after.command("rebuild", "viewpage")
        self.assertEqual(rebuilt.returncode, 0, rebuilt.stderr)
        self.assertEqual(after.ask("GET", f"/viewpages/{course}")["counts"], counts)
        self.audited(after)
        after.stop()
        return after.said

    def cluster(self):
        """A Postgres of its own, there until the test has ended."""
        alone = {name: value for name, value in os.environ.items() if name != "DULLE_TEST_DATABASE_URL"}
        command = [ROOT / "scripts/test-postgres", "sh", "-c", 'echo "$DULLE_TEST_DATABASE_URL"; exec cat']
        running = subprocess.Popen(command, env=alone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(running.communicate)
        return running.stdout.readline().strip()

    def product(self, **options):
        product = Product(**options)
        self.addCleanup(lambda: product.process.poll() is None and product.stop())
        return product

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
