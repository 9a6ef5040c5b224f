#!/usr/bin/env python3
"""Follows Dulle's events from another language: keeps, in a SQLite file of its own, how many like and keep each course.

What every consumer has to do is done here (docs/events.md): the effect, the last version of each aggregate and the place in the log move
in one transaction, so that what is delivered twice counts once and a program that ends anywhere goes on from there; a gap in the versions
of an aggregate stops it; names that it doesn't know are passed over.

    consumer.py likes.db --postgres 'postgres://…'             the log in Postgres, read with psql
    consumer.py likes.db --http https://…/internal/events      the same over HTTP, with a token in DULLE_TOKEN

Python 3.11 and its standard library.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request

BATCH = 500
EFFECTS = {
    "communication.like_registered.v1": ("likes", 1),
    "communication.like_canceled.v1": ("likes", -1),
    "communication.bookmark_registered.v1": ("bookmarks", 1),
    "communication.bookmark_canceled.v1": ("bookmarks", -1),
    "communication.bookmark_refused.v1": ("bookmarks", -1),
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handled (kind TEXT, id TEXT, version INTEGER NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS courses (id TEXT PRIMARY KEY, likes INTEGER NOT NULL DEFAULT 0, bookmarks INTEGER NOT NULL DEFAULT 0);
"""


class Gap(Exception):
    """An event came before the one that it follows: whoever delivers has lost one."""


class FromPostgres:
    """Reads the log where it is written, behind the oldest transaction that is still running: nothing can appear before what it has read."""

    SQL = """
        SELECT jsonb_build_object('after', transaction_id::text || ',' || position, 'event', jsonb_build_object(
            'id', id, 'position', position, 'aggregate', jsonb_build_object('kind', aggregate_kind, 'id', aggregate_id),
            'version', aggregate_version, 'correlation_id', correlation_id, 'causation_id', causation_id, 'actor', actor,
            'occurred_at', occurred_at, 'name', name, 'payload', payload))
        FROM event_log.events
        WHERE (transaction_id, position) > (:'transaction'::xid8, :'position'::bigint)
          AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY event_log.events.transaction_id, position LIMIT :'limit'::bigint
    """

    def __init__(self, address):
        self.address = address

    def read(self, after, limit):
        transaction, position = after.split(",")
        given = [f"--set={name}={value}" for name, value in (("transaction", transaction), ("position", position), ("limit", limit))]
        command = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", *given, self.address]
        lines = subprocess.run(command, input=self.SQL, check=True, capture_output=True, text=True).stdout.splitlines()
        rows = [json.loads(line) for line in lines if line]
        return [row["event"] for row in rows], rows[-1]["after"] if rows else after


class FromHttp:
    """Reads the same from `GET /internal/events?after=TRANSACTION,POSITION&limit=N`, which answers {items, next}."""

    def __init__(self, address, token):
        self.address, self.token = address, token

    def read(self, after, limit):
        request = urllib.request.Request(f"{self.address}?after={after}&limit={limit}", headers={"authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = json.load(answer)
        return page["items"], page["next"]


class Likes:
    """What this consumer keeps."""

    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(SCHEMA)

    def after(self):
        row = self.database.execute("SELECT after FROM place").fetchone()
        return row[0] if row else "0,0"

    def take(self, events, after):
        """Handles events and moves on to `after`, all or nothing."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            for event in events:
                self._handle(event)
            self.database.execute("INSERT INTO place VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET after = excluded.after", (after,))
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    def _handle(self, event):
        effect = EFFECTS.get(event["name"])
        if effect is None:
            return
        aggregate = (event["aggregate"]["kind"], event["aggregate"]["id"])
        row = self.database.execute("SELECT version FROM handled WHERE kind = ? AND id = ?", aggregate).fetchone()
        last = row[0] if row else 0
        if event["version"] <= last:
            return
        if event["version"] > last + 1:
            raise Gap(f"{aggregate} goes from version {last} to {event['version']}")
        column, change = effect
        self.database.execute(
            f"INSERT INTO courses (id, {column}) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET {column} = {column} + excluded.{column}",
            (event["payload"]["course_id"], change),
        )
        self.database.execute(
            "INSERT INTO handled VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version", (*aggregate, event["version"])
        )

    def counts(self):
        return {course: {"likes": likes, "bookmarks": bookmarks} for course, likes, bookmarks in self.database.execute("SELECT * FROM courses")}


def follow(source, likes, until_end=False, pause=0.25):
    """Reads and handles, until there is nothing more, or for ever."""
    while True:
        after = likes.after()
        events, following = source.read(after, BATCH)
        if events:
            likes.take(events, following)
        elif until_end:
            return
        else:
            time.sleep(pause)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("database", help="the SQLite file to keep counts in")
    where = arguments.add_mutually_exclusive_group(required=True)
    where.add_argument("--postgres", metavar="ADDRESS")
    where.add_argument("--http", metavar="ADDRESS")
    arguments.add_argument("--until-end", action="store_true", help="end when there is nothing more, and print the counts")
    given = arguments.parse_args()
    source = FromPostgres(given.postgres) if given.postgres else FromHttp(given.http, os.environ.get("DULLE_TOKEN", ""))
    likes = Likes(given.database)
    follow(source, likes, given.until_end)
    json.dump(likes.counts(), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
