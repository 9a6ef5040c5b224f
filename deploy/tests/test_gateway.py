"""The two gateways, that of Kubernetes and that in nginx, lead the same paths to the same places and give other sites the same leave."""

import re
import unittest

from manifests import OVERLAYS, ROOT, Manifests

NGINX = (ROOT / "deploy/nginx/dulle.conf").read_text()


def by_routes(manifests):
    """(method, exact or prefix, path) to the path it becomes."""
    found = {}
    for route in manifests.all("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            rewrites = [item["urlRewrite"]["path"] for item in rule.get("filters", []) if item["type"] == "URLRewrite"]
            for match in rule.get("matches", []) if rewrites else []:
                kind = match["path"]["type"]
                target = rewrites[0].get("replaceFullPath" if kind == "Exact" else "replacePrefixMatch")
                found[match.get("method"), kind, match["path"]["value"]] = target
    return found


def by_nginx():
    found = {}
    methods = re.findall(r"if \(\$request_method = (\w+)\) \{\s+rewrite (\S+) (\S+) last;", NGINX)
    plain = [("", *rest) for rest in re.findall(r"^  rewrite (\S+) (\S+) last;$", NGINX, re.MULTILINE)]
    for method, pattern, target in methods + plain:
        path = re.fullmatch(r"\^(/\w+)(\$|\(/\.\*\)\??\$)", pattern)
        if path is None:
            raise ValueError(pattern)
        kind = "Exact" if path[2] == "$" else "PathPrefix"
        found[method or None, kind, path[1]] = target.removesuffix("$1")
    return found


class Same(unittest.TestCase):
    def test_paths(self):
        self.assertEqual(len(by_nginx()), 7)
        for overlay in OVERLAYS:
            self.assertEqual(by_routes(Manifests.of(overlay)), by_nginx())

    def test_leave_for_other_sites(self):
        def in_map(name):
            return re.search(rf'\${name} \{{[^}}]*?"?(?:1|default)"? "([^"]+)";', NGINX)[1].split(", ")

        [route] = [item for item in Manifests.of("apart").all("HTTPRoute") if item["metadata"]["name"] == "other-sites"]
        for rule in route["spec"]["rules"]:
            [cors] = [item["cors"] for item in rule["filters"] if item["type"] == "CORS"]
            self.assertEqual(cors["allowMethods"], in_map("allowed_methods"))
            self.assertEqual(cors["allowHeaders"], in_map("allowed_headers"))
            self.assertEqual(cors["exposeHeaders"], in_map("exposed"))
            self.assertEqual(cors["maxAge"], int(re.search(r"\$allowed_for \{[^}]*1 (\d+);", NGINX)[1]))

    def test_no_credentials(self):
        self.assertNotIn("Allow-Credentials", NGINX)
