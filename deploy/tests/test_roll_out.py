"""A release comes in this order: what it stands on, the migration, and the processes only when that is done."""

import os
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

from manifests import OVERLAYS, ROOT, Manifests, name


def select(manifests, selector):
    """What `kubectl apply --selector` would take."""
    chosen = manifests.objects
    for term in selector.split(","):
        key, _, value = term.partition("=")
        if key.startswith("!"):
            chosen = [item for item in chosen if key[1:] not in item["metadata"].get("labels", {})]
        else:
            chosen = [item for item in chosen if item["metadata"].get("labels", {}).get(key) == value]
    return chosen


class Order(unittest.TestCase):
    def run_with(self, migration):
        """The calls of kubectl, whose stand-in answers that the migration succeeded or failed."""
        with tempfile.TemporaryDirectory() as folder:
            calls = Path(folder, "calls")
            stand_in = Path(folder, "kubectl")
            stand_in.write_text(
                f'#!/bin/sh\nprintf "%s\\n" "$*" >>{calls}\n'
                f'case "$*" in *wait*job/migrate*) exit {migration} ;; *get*deployments*) echo deployment.apps/x ;; esac\n'
            )
            stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
            environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
            script = ROOT / "deploy/kubernetes/roll-out"
            ended = subprocess.run([script, "apart"], env=environment, capture_output=True, text=True)
            return ended.returncode, [line for line in calls.read_text().splitlines()]

    def test_the_migration_comes_first(self):
        code, calls = self.run_with(migration=0)
        self.assertEqual(code, 0)
        steps = [call for call in calls if " job" in call or "apply" in call or "rollout" in call]
        self.assertEqual(len(steps), 6, steps)
        self.assertIn("delete job migrate", steps[1])
        self.assertIn("component=migrate", steps[2])
        self.assertIn("condition=Complete", steps[3])
        self.assertNotIn("--selector", steps[4])
        self.assertIn("rollout status", steps[5])

    def test_nothing_is_touched_when_it_fails(self):
        code, calls = self.run_with(migration=1)
        self.assertNotEqual(code, 0)
        self.assertFalse([call for call in calls if "apply" in call and "--selector" not in call])

    def test_no_process_is_among_what_it_stands_on(self):
        for overlay in OVERLAYS:
            manifests = Manifests.of(overlay)
            first = {name(item) for item in select(manifests, "app.kubernetes.io/part-of=dulle,!app.kubernetes.io/component")}
            self.assertFalse([item for item in first if item.startswith(("Deployment/", "Job/", "HorizontalPodAutoscaler/"))])
            self.assertLessEqual({"Namespace/dulle", "ServiceAccount/dulle", "Cluster/postgres", "NetworkPolicy/to-postgres"}, first)
            self.assertTrue([item for item in first if item.startswith("ConfigMap/dulle-")])
            [job] = select(manifests, "app.kubernetes.io/component=migrate")
            self.assertEqual(name(job), "Job/migrate")
