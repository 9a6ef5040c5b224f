"""The overlays keep the rules, and the rules notice what breaks them."""

import unittest

import network
import policy
from manifests import OVERLAYS, Manifests, selects


class Overlays(unittest.TestCase):
    def test_keep_the_rules(self):
        for overlay in OVERLAYS:
            manifests = Manifests.of(overlay)
            for check in policy.CHECKS:
                with self.subTest(overlay=overlay, check=check.__name__):
                    self.assertEqual(list(check(manifests)), [])
            with self.subTest(overlay=overlay, check="covered"):
                self.assertEqual(list(network.covered(manifests)), [])

    def test_apart_runs_each_service_once(self):
        for overlay, given in (
            ("apart", lambda service: {"DATABASE_URL", "DULLE_SERVICE_KEY"}),
            ("apart-databases", lambda service: {f"DULLE_{service.upper()}_DATABASE_URL", "DULLE_BUS", "DULLE_SERVICE_KEY"}),
        ):
            manifests = Manifests.of(overlay)
            deployments = {item["metadata"]["name"]: item["spec"]["template"]["spec"]["containers"][0] for item in manifests.all("Deployment")}
            services = ["web", "identity", "course", "communication", "review", "message", "viewpage"]
            self.assertEqual({name: container["args"] for name, container in deployments.items()}, {f"dulle-{service}": ["serve", "--no-migrate", "--only", service] for service in services})
            [config] = [item["data"] for item in manifests.all("ConfigMap") if "DULLE_ADDR" in item["data"]]
            variables = {name: {variable["name"] for variable in container["env"]} for name, container in deployments.items()}
            self.assertEqual(variables.pop("dulle-web"), {"DULLE_SERVICE_KEY"})
            self.assertEqual(variables, {f"dulle-{service}": given(service) for service in services[1:]})
            for service in services[1:]:
                self.assertEqual(config[f"DULLE_{service.upper()}_URL"], f"http://dulle-{service}:3000")
                manifests.one("Service", f"dulle-{service}")

    def test_databases_have_owners_with_passwords(self):
        manifests = Manifests.of("apart-databases")
        [cluster] = manifests.all("Cluster")
        roles = {role["name"]: role["passwordSecret"]["name"] for role in cluster["spec"]["managed"]["roles"]}
        owners = {item["spec"]["name"]: item["spec"]["owner"] for item in manifests.all("Database")}
        self.assertEqual(owners, {name: name for name in roles})
        self.assertEqual(roles, {name: f"database-{name}" for name in roles})


class Arrows(unittest.TestCase):
    """Drawn in full: one that is missing and one too many are the same kind of mistake."""

    DATABASE = {("operator", "postgres", 5432), ("operator", "postgres", 8000), ("prometheus", "postgres", 9187), ("postgres", "postgres", 5432), ("postgres", "postgres", 8000)}

    def test_one_process(self):
        expected = {("gateway", "dulle", 3000), ("prometheus", "dulle", 3001), ("dulle", "postgres", 5432), ("migrate", "postgres", 5432)}
        self.assertEqual(network.arrows(Manifests.of("one-process")), expected | self.DATABASE)

    def test_apart(self):
        services = ["identity", "course", "communication", "review", "message", "viewpage"]
        expected = {("gateway", "web", 3000), ("prometheus", "web", 3001), ("migrate", "postgres", 5432)}
        expected |= {("communication", "course", 3000), ("review", "course", 3000)}
        for service in services:
            expected |= {("web", service, 3000), ("prometheus", service, 3001), (service, "postgres", 5432)}
        self.assertEqual(network.arrows(Manifests.of("apart")), expected | self.DATABASE)
        bus = {("nats", "nats", 6222)} | {(service, "nats", 4222) for service in services}
        self.assertEqual(network.arrows(Manifests.of("apart-databases")), expected | self.DATABASE | bus)


class Broken(unittest.TestCase):
    """Each rule is seen to fail."""

    def complaints(self, check, overlay, breaking):
        manifests = Manifests.of(overlay).copy()
        breaking(manifests)
        return list(check(manifests))

    def test_pods(self):
        def pod(manifests):
            return manifests.one("Deployment", "dulle")["spec"]["template"]["spec"]

        def set_container(key, value):
            return lambda manifests: pod(manifests)["containers"][0].__setitem__(key, value)

        for what, breaking in {
            "root": lambda m: pod(m)["securityContext"].__setitem__("runAsNonRoot", False),
            "user 0": lambda m: pod(m)["securityContext"].__setitem__("runAsUser", 0),
            "no seccomp": lambda m: pod(m)["securityContext"].pop("seccompProfile"),
            "token": lambda m: pod(m).pop("automountServiceAccountToken"),
            "host": lambda m: pod(m).__setitem__("hostNetwork", True),
            "folder": lambda m: pod(m)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
            "endless": lambda m: pod(m)["volumes"].append({"name": "x", "emptyDir": {}}),
            "writable": set_container("securityContext", {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}),
            "no limits": set_container("resources", {"requests": {"cpu": "1", "memory": "1Gi"}}),
            "latest": set_container("image", "dulle:latest"),
            "no tag": set_container("image", "localhost:5000/dulle"),
        }.items():
            with self.subTest(what):
                self.assertEqual(len(self.complaints(policy.pods, "one-process", breaking)), 1)

    def test_probes(self):
        def container(manifests):
            return manifests.one("Deployment", "dulle")["spec"]["template"]["spec"]["containers"][0]

        for what, breaking in {
            "wrong path": lambda m: container(m)["livenessProbe"]["httpGet"].__setitem__("path", "/readyz"),
            "no drain": lambda m: container(m).pop("lifecycle"),
            "short": lambda m: m.one("Deployment", "dulle")["spec"]["template"]["spec"].__setitem__("terminationGracePeriodSeconds", 15),
            "unavailable": lambda m: m.one("Deployment", "dulle")["spec"]["strategy"]["rollingUpdate"].__setitem__("maxUnavailable", 1),
        }.items():
            with self.subTest(what):
                self.assertEqual(len(self.complaints(policy.probes, "one-process", breaking)), 1)

    def test_scaling(self):
        for what, breaking in {
            "no budget": lambda m: m.objects.remove(m.one("PodDisruptionBudget", "dulle-review")),
            "no target": lambda m: m.one("HorizontalPodAutoscaler", "dulle-review")["spec"]["scaleTargetRef"].__setitem__("name", "dulle"),
            "fought": lambda m: m.one("Deployment", "dulle-review")["spec"].__setitem__("replicas", 2),
        }.items():
            with self.subTest(what):
                self.assertTrue(self.complaints(policy.scaling, "apart", breaking))

    def test_selectors_and_references(self):
        for what, check, breaking in (
            ("two", policy.selectors, lambda m: m.one("Service", "dulle-review")["spec"].__setitem__("selector", {"app.kubernetes.io/name": "dulle"})),
            ("port", policy.selectors, lambda m: m.one("Service", "dulle-web")["spec"]["ports"][0].__setitem__("targetPort", "client")),
            ("route", policy.selectors, lambda m: m.objects.remove(m.one("Service", "dulle-web"))),
            ("key", policy.references, lambda m: m.one("Deployment", "dulle-web")["spec"]["template"]["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"].__setitem__("key", "x")),
            ("secret", policy.references, lambda m: m.objects.append({"kind": "Secret", "metadata": {"name": "x", "namespace": "dulle"}})),
            ("config", policy.references, lambda m: [m.objects.remove(item) for item in m.all("ConfigMap")]),
            ("variable", policy.variables, lambda m: m.all("ConfigMap")[0]["data"].__setitem__("DULLE_TYPO", "1")),
        ):
            with self.subTest(what):
                self.assertTrue(self.complaints(check, "apart", breaking))

    def test_connections(self):
        def one_more(manifests):
            manifests.one("HorizontalPodAutoscaler", "dulle-review")["spec"]["maxReplicas"] = 5

        self.assertTrue(self.complaints(policy.connections, "apart", one_more))

    def test_network(self):
        def open_door(manifests):
            manifests.objects.remove(manifests.one("NetworkPolicy", "nothing-by-default"))

        self.assertTrue(self.complaints(network.covered, "one-process", open_door))


class Selector(unittest.TestCase):
    def test_not_in_also_selects_what_has_no_such_label(self):
        web = {"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["web"]}]}
        self.assertTrue(selects(web, {}))
        self.assertFalse(selects(web, {"a": "web"}))
