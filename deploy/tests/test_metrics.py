"""Alerts, dashboard and scalers ask for what the program measures; documents say what to do about each alert."""

import json
import re
import unittest

import metrics
from manifests import OVERLAYS, ROOT, Manifests, yaml

RULES = [rule for group in yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())["spec"]["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((ROOT / "deploy/grafana/dulle.json").read_text())
OPERATIONS = (ROOT / "docs/OPERATIONS.md").read_text()


def targets():
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


class Names(unittest.TestCase):
    def test_the_source_is_read(self):
        measured = metrics.measured()
        self.assertEqual(measured["http_requests_total"], {"method", "route", "status"})
        self.assertEqual(measured["http_request_duration_seconds_bucket"], {"method", "route", "le"})
        self.assertEqual(measured["dulle_rate_limit_refused_total"], {"limit"})
        self.assertGreaterEqual(len(measured), 16)

    def test_mistakes_are_noticed(self):
        self.assertEqual(list(metrics.complaints('sum by (le) (rate(dulle_consumer_lag_seconds_bucket{consumer="x}y"}[5m]))')), [])
        for wrong in ("rate(dulle_nothing_total[5m])", 'live_streams_open{route="/"}', "sum by (route) (live_streams_open)"):
            self.assertEqual(len(list(metrics.complaints(wrong))), 1, wrong)

    def test_alerts(self):
        for rule in RULES:
            self.assertEqual(list(metrics.complaints(rule["expr"])), [], rule["alert"])

    def test_dashboard(self):
        for title, expression in targets():
            self.assertEqual(list(metrics.complaints(expression)), [], title)

    def test_scalers(self):
        for overlay in OVERLAYS:
            for item in Manifests.of(overlay).all("HorizontalPodAutoscaler"):
                for metric in item["spec"]["metrics"]:
                    if metric["type"] == "Pods":
                        self.assertIn(metric["pods"]["metric"]["name"], metrics.measured())
        adapter = yaml.safe_load((ROOT / "deploy/prometheus/adapter.yaml").read_text())
        for rule in adapter["rules"]["custom"]:
            self.assertEqual(list(metrics.complaints(re.sub(r"\{.*", "", rule["seriesQuery"]))), [])

    def test_everything_measured_is_shown(self):
        shown = set().union(*(metrics.asked(expression)[0] for _, expression in targets()))
        unseen = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics.measured()} - {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}
        self.assertEqual(unseen, set())


class Documents(unittest.TestCase):
    def test_each_alert_has_its_paragraph(self):
        said = re.findall(r"^### (Dulle\w+)$", OPERATIONS, re.MULTILINE)
        self.assertEqual(said, [rule["alert"] for rule in RULES])

    def test_each_alert_is_tried(self):
        tried = (ROOT / "deploy/prometheus/rules.test.yaml").read_text()
        for rule in RULES:
            self.assertRegex(tried, rf"alertname: {rule['alert']}\n +exp_alerts:")

    def test_the_dashboard_is_whole(self):
        ids = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(place["x"] + place["w"], 24)
            taken |= cells
