#!/usr/bin/env python3
"""Follows Dulle's events from another language: keeps, in a SQLite file of its own, how many like and keep each course.

What every consumer has to do is done here (docs/events.md): the effect, the last version of each aggregate and the place in the log move
in one transaction, so that what is delivered twice counts once and a program that ends anywhere goes on from there; names that it doesn't
know are passed over. The log has an order, and a gap in the versions of an aggregate there stops it. The bus promises none: what comes before
its predecessor waits for it.

    consumer.py likes.db --postgres 'postgres://…'             the log in Postgres, read with psql
    consumer.py likes.db --http http://…:3001/events           the same over HTTP, with the token in DULLE_EVENTS_TOKEN
    consumer.py likes.db --nats nats://…:4222                  copies of it on the bus, which keeps them for a day

Who begins, or was away for longer than the bus keeps, follows the log to its end first (--until-end), with the same file. Python 3.11 and its
standard library; for NATS the package nats-py.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

BATCH = 500
KINDS = {"like", "bookmark"}
EFFECTS = {
    "communication.like_registered.v1": ("likes", 1),
    "communication.like_canceled.v1": ("likes", -1),
    "communication.bookmark_registered.v1": ("bookmarks", 1),
    "communication.bookmark_canceled.v1": ("bookmarks", -1),
    "communication.bookmark_refused.v1": ("bookmarks", -1),
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS places (source TEXT PRIMARY KEY, after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handled (kind TEXT, id TEXT, version INTEGER NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS early (kind TEXT, id TEXT, version INTEGER, event TEXT NOT NULL, PRIMARY KEY (kind, id, version));
CREATE TABLE IF NOT EXISTS courses (id TEXT PRIMARY KEY, likes INTEGER NOT NULL DEFAULT 0, bookmarks INTEGER NOT NULL DEFAULT 0);
"""


class Gap(Exception):
    """An event came before the one that it follows: whoever delivers has lost one."""


class AnotherLog(Exception):
    """The place is none of this log: it is that of another database, or was restored from a dump, perhaps to an earlier time."""


class FromPostgres:
    """Reads the log where it is written, behind the oldest transaction that is still running: nothing can appear before what it has read."""

    SQL = """
        SELECT to_jsonb(:'transaction' = '0' OR EXISTS (
            SELECT FROM event_log.events WHERE transaction_id = :'transaction'::xid8 AND position = :'position'::bigint));
        SELECT jsonb_build_object('after', transaction_id::text || ',' || position, 'event', jsonb_build_object(
            'id', id, 'position', position, 'aggregate', jsonb_build_object('kind', aggregate_kind, 'id', aggregate_id),
            'version', aggregate_version, 'correlation_id', correlation_id, 'causation_id', causation_id, 'actor', actor,
            'occurred_at', occurred_at, 'name', name, 'payload', payload))
        FROM event_log.events
        WHERE (transaction_id, position) > (:'transaction'::xid8, :'position'::bigint)
          AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY event_log.events.transaction_id, position LIMIT :'limit'::bigint
    """

    # By which its place is kept, and whether each aggregate's events come in order and without a gap.
    name, ordered = "log", True

    def __init__(self, address):
        self.address = address

    def read(self, after, limit):
        transaction, position = after.split(",")
        given = [f"--set={name}={value}" for name, value in (("transaction", transaction), ("position", position), ("limit", limit))]
        command = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", *given, self.address]
        lines = subprocess.run(command, input=self.SQL, check=True, capture_output=True, text=True).stdout.splitlines()
        here, *rows = [json.loads(line) for line in lines if line]
        if not here:
            raise AnotherLog
        return [row["event"] for row in rows], rows[-1]["after"] if rows else after


class FromHttp:
    """Reads the same from `GET /events?after=TRANSACTION,POSITION&limit=N`, which answers {items, next}."""

    name, ordered = "log", True

    def __init__(self, address, token):
        self.address, self.token = address, token

    def read(self, after, limit):
        request = urllib.request.Request(f"{self.address}?after={after}&limit={limit}", headers={"authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                page = json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.code == 409 and json.load(refused).get("code") == "another_log":
                raise AnotherLog from refused
            raise
        return page["items"], page["next"]


class FromNats:
    """Reads the copies on NATS JetStream. A stream that was made anew begins at its beginning, with all of the log."""

    name, ordered = "bus", False

    def __init__(self, address):
        import nats  # Not in the standard library.

        self.missing, self.loop = nats.js.errors.NotFoundError, asyncio.new_event_loop()
        self.connection = self.loop.run_until_complete(nats.connect(address))
        self.bus = self.connection.jetstream()

    def read(self, after, limit):
        return self.loop.run_until_complete(self._read(after, limit))

    async def _read(self, after, limit):
        try:
            made = (await self.bus.stream_info("DULLE")).created.isoformat()
        except self.missing:
            return [], after  # Nobody has published yet.
        life, number = after.split(",")
        number, events = int(number) if life == made else 0, []
        while len(events) < limit:
            try:
                message = await self.bus.get_msg("DULLE", seq=number + 1, subject="dulle.events.>", next=True)
            except self.missing:
                break
            if after != "0,0" and message.seq > number + 1:
                raise Gap("the bus no longer keeps what comes next: follow the log to its end first")
            number = message.seq
            events.append(json.loads(message.data))
        return events, f"{made},{number}"

    def close(self):
        self.loop.run_until_complete(self.connection.close())
        self.loop.close()


class Likes:
    """What this consumer keeps."""

    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(SCHEMA)

    def after(self, source):
        row = self.database.execute("SELECT after FROM places WHERE source = ?", (source.name,)).fetchone()
        return row[0] if row else "0,0"

    def take(self, source, events, after):
        """Handles events and moves on to `after`, all or nothing."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            for event in events:
                self._hear(event, source.ordered)
            self.database.execute(
                "INSERT INTO places VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET after = excluded.after", (source.name, after)
            )
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    def begin_anew(self):
        """Forgets all that came from another log: in this one, some of it may never have happened."""
        tables = "".join(f"DELETE FROM {table};" for table in ("places", "handled", "early", "courses"))
        self.database.executescript(f"BEGIN IMMEDIATE; {tables} COMMIT;")

    def _hear(self, event, ordered):
        aggregate = (event["aggregate"]["kind"], event["aggregate"]["id"])
        if aggregate[0] not in KINDS:
            return
        row = self.database.execute("SELECT version FROM handled WHERE kind = ? AND id = ?", aggregate).fetchone()
        last = row[0] if row else 0
        if event["version"] <= last:
            return
        if event["version"] > last + 1:
            if ordered:
                raise Gap(f"{aggregate} goes from version {last} to {event['version']}")
            self.database.execute("INSERT OR REPLACE INTO early VALUES (?, ?, ?, ?)", (*aggregate, event["version"], json.dumps(event)))
            return
        self._handle(event, aggregate)
        following = self.database.execute(
            "DELETE FROM early WHERE kind = ? AND id = ? AND version = ? RETURNING event", (*aggregate, event["version"] + 1)
        ).fetchall()
        for (waiting,) in following:
            self._hear(json.loads(waiting), ordered)

    def _handle(self, event, aggregate):
        # A name that it doesn't know is a version all the same.
        if event["name"] in EFFECTS:
            column, change = EFFECTS[event["name"]]
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
        try:
            events, following = source.read(likes.after(source), BATCH)
        except AnotherLog:
            likes.begin_anew()
            continue
        if events:
            likes.take(source, events, following)
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
    where.add_argument("--nats", metavar="ADDRESS")
    arguments.add_argument("--until-end", action="store_true", help="end when there is nothing more, and print the counts")
    given = arguments.parse_args()
    if given.postgres:
        source = FromPostgres(given.postgres)
    elif given.http:
        source = FromHttp(given.http, os.environ.get("DULLE_EVENTS_TOKEN", ""))
    else:
        source = FromNats(given.nats)
    likes = Likes(given.database)
    follow(source, likes, given.until_end)
    json.dump(likes.counts(), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
