"""Who may reach whom, worked out from the NetworkPolicies as Kubernetes does: an arrow needs a policy at both ends that lets it pass."""

from manifests import selects

# Places outside: the labels of a name space and of a pod in it.
OUTSIDE = {
    "gateway": ({"kubernetes.io/metadata.name": "envoy-gateway-system"}, {}),
    "prometheus": ({"kubernetes.io/metadata.name": "monitoring"}, {"app.kubernetes.io/name": "prometheus"}),
    "dashboards": ({"kubernetes.io/metadata.name": "monitoring"}, {"app.kubernetes.io/name": "grafana"}),
    "operator": ({"kubernetes.io/metadata.name": "cnpg-system"}, {}),
    "stranger": ({"kubernetes.io/metadata.name": "default"}, {}),
}
INSIDE = {"kubernetes.io/metadata.name": "dulle"}


def _peer(peer, namespace, labels):
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], namespace):
            return False
    elif namespace is not INSIDE:
        return False
    return selects(peer.get("podSelector", {}), labels)


def _passes(policies, direction, mine, namespace, other, port):
    applying = [p["spec"] for p in policies if direction.title() in p["spec"]["policyTypes"] and selects(p["spec"]["podSelector"], mine)]
    if not applying:
        return True
    end = "from" if direction == "ingress" else "to"
    for spec in applying:
        for rule in spec.get(direction, []):
            ports = [entry["port"] for entry in rule.get("ports", [])]
            if (not ports or port in ports) and (end not in rule or any(_peer(peer, namespace, other) for peer in rule[end])):
                return True
    return False


def covered(manifests):
    """Every pod, also one that nobody has thought of yet, is held by a policy that lets nothing pass in either direction."""
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if closed not in [item["spec"] for item in manifests.all("NetworkPolicy")]:
        yield "no policy holds every pod"


def arrows(manifests):
    """All arrows that pass: (from, to, port)."""
    policies = manifests.all("NetworkPolicy")
    places = list(manifests.places())
    found = set()
    for target, target_labels, ports in places:
        for port in ports:
            for outside, (namespace, labels) in OUTSIDE.items():
                if _passes(policies, "ingress", target_labels, namespace, labels, port):
                    found.add((outside, _short(target), port))
            for source, labels, _ in places:
                if _passes(policies, "egress", labels, INSIDE, target_labels, port) and _passes(policies, "ingress", target_labels, INSIDE, labels, port):
                    found.add((_short(source), _short(target), port))
    return found


def _short(place):
    return place.rpartition("/")[2].removeprefix("dulle-")
