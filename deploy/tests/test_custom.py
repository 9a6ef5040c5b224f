"""Resources that Kubernetes has no schema of have their shape, and mean what they should."""

import unittest

import custom
from manifests import OVERLAYS, Manifests


class Shapes(unittest.TestCase):
    def test_of_both_overlays(self):
        for overlay in OVERLAYS:
            for item in Manifests.of(overlay).objects:
                self.assertEqual(list(custom.complaints(item)), [], overlay)

    def test_mistakes_are_noticed(self):
        manifests = Manifests.of("one-process").copy()
        [cluster] = manifests.all("Cluster")
        cluster["spec"]["instance"] = cluster["spec"].pop("instances")
        self.assertEqual(sorted(custom.complaints(cluster)), ["Cluster/postgres: spec.instance is unknown", "Cluster/postgres: spec.instances is missing"])
        self.assertTrue(list(custom.complaints({"apiVersion": "example.com/v1", "kind": "X", "metadata": {"name": "x"}})))


class Meaning(unittest.TestCase):
    def test_a_commit_is_on_two_instances_and_backed_up(self):
        for overlay in OVERLAYS:
            manifests = Manifests.of(overlay)
            [cluster], [store], [schedule] = manifests.all("Cluster"), manifests.all("ObjectStore"), manifests.all("ScheduledBackup")
            self.assertEqual(cluster["spec"]["instances"], 3)
            self.assertEqual(cluster["spec"]["postgresql"]["synchronous"], {"method": "any", "number": 1, "dataDurability": "required"})
            [plugin] = cluster["spec"]["plugins"]
            self.assertEqual(plugin["parameters"]["barmanObjectName"], store["metadata"]["name"])
            self.assertEqual(schedule["spec"]["cluster"]["name"], cluster["metadata"]["name"])
            self.assertEqual(len(schedule["spec"]["schedule"].split()), 6, "with seconds")

    def test_routes_hang_on_listeners_and_streams_have_no_end(self):
        for overlay in OVERLAYS:
            manifests = Manifests.of(overlay)
            [gateway] = manifests.all("Gateway")
            listeners = {listener["name"]: listener for listener in gateway["spec"]["listeners"]}
            live = 0
            for route in manifests.all("HTTPRoute"):
                [parent] = route["spec"]["parentRefs"]
                self.assertEqual(parent["name"], gateway["metadata"]["name"])
                self.assertEqual(route["spec"]["hostnames"], [listeners[parent["sectionName"]]["hostname"]])
                for rule in route["spec"]["rules"]:
                    if any(match["path"]["value"] == "/api/v1/live" for match in rule.get("matches", [])):
                        self.assertEqual(rule["timeouts"], {"request": "0s", "backendRequest": "0s"})
                        live += 1
            self.assertEqual(live, 2)

    def test_other_sites_bring_no_cookie(self):
        [route] = [route for route in Manifests.of("apart").all("HTTPRoute") if route["metadata"]["name"] == "other-sites"]
        for rule in route["spec"]["rules"]:
            [cors] = [item["cors"] for item in rule["filters"] if item["type"] == "CORS"]
            [modifier] = [item["requestHeaderModifier"] for item in rule["filters"] if item["type"] == "RequestHeaderModifier"]
            self.assertFalse(cors["allowCredentials"])
            self.assertNotIn("*", "".join(cors["allowOrigins"]))
            self.assertLessEqual({"Cookie", "Origin", "Sec-Fetch-Site"}, set(modifier["remove"]))
            [match] = rule["matches"]
            self.assertEqual([header["value"] for header in match["headers"]], cors["allowOrigins"])
