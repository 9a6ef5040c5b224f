"""What must hold of every overlay. Each check yields complaints; none is good."""

import re

from manifests import ROOT, name, selects, yaml

# What a process may hold beside its pool: one for each consumer, relay and intake that it leads, one that listens.
BESIDE_POOL = 8
# What Postgres keeps for its superuser, and the operator uses.
RESERVED = 20
# From SIGTERM to the end of the program.
ENDS_WITHIN = 10


def pods(manifests):
    """Nobody runs as root, writes into an image, or holds what it doesn't need."""
    for pod, _, spec in manifests.pods():
        security = spec.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or security.get("runAsUser", 0) < 10_000:
            yield f"{pod}: may run as root, or as a user that a node may have"
        if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{pod}: no seccomp profile"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{pod}: gets a token for Kubernetes"
        if any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{pod}: shares its node's name spaces"
        for volume in spec.get("volumes", []):
            if "hostPath" in volume:
                yield f"{pod}: mounts a folder of its node"
            if "emptyDir" in volume and not (volume["emptyDir"] or {}).get("sizeLimit"):
                yield f"{pod}: volume {volume['name']} has no limit"
        for container in spec["containers"] + spec.get("initContainers", []):
            yield from (f"{pod}: {complaint}" for complaint in _container(container))


def _container(container):
    security = container.get("securityContext", {})
    if security.get("readOnlyRootFilesystem") is not True:
        yield "its root is writable"
    if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
        yield "may gain privileges"
    if security.get("capabilities", {}) != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    resources = container.get("resources", {})
    if "memory" not in resources.get("limits", {}) or not {"cpu", "memory"} <= resources.get("requests", {}).keys():
        yield "asks for no certain resources, or has no limit of memory"
    tag = container["image"].rpartition(":")[2] if ":" in container["image"].rpartition("/")[2] else ""
    if tag in ("", "latest") or not re.search(r"\d+\.\d+", tag):
        yield f"image {container['image']} is of no certain version"


def probes(manifests):
    """Whoever serves says when it can and whether it lives, and is given the time to end."""
    for item in manifests.all("Deployment", "StatefulSet"):
        spec = item["spec"]["template"]["spec"]
        for container in spec["containers"]:
            ports = {port["name"] for port in container["ports"]}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if container.get(probe, {}).get("httpGet", {}).get("port") not in ports:
                    yield f"{name(item)}: no {probe}, or on a port that isn't there"
            if container["name"] == "dulle":
                paths = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")]
                if paths != ["/readyz", "/readyz", "/livez"]:
                    yield f"{name(item)}: probes ask for {paths}"
                pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
                if pause < 1 or spec["terminationGracePeriodSeconds"] < pause + ENDS_WITHIN + 5:
                    yield f"{name(item)}: is ended before it has drained"
    for item in manifests.all("Deployment"):
        if item["spec"].get("strategy", {}).get("rollingUpdate") != {"maxSurge": 1, "maxUnavailable": 0}:
            yield f"{name(item)}: a roll-out takes one away before another is there"
        if not item["spec"]["template"]["spec"].get("topologySpreadConstraints"):
            yield f"{name(item)}: all may land on one node"


def scaling(manifests):
    """Scalers lead to what is there and are not fought; whoever is there more than once has a budget, and just one."""
    workloads = {(item["kind"], item["metadata"]["name"]): item for item in manifests.workloads()}
    scaled = {}
    for item in manifests.all("HorizontalPodAutoscaler"):
        target = item["spec"]["scaleTargetRef"]
        found = workloads.get((target["kind"], target["name"]))
        if found is None:
            yield f"{name(item)}: there is no {target['kind']}/{target['name']}"
            continue
        scaled[name(found)] = item["spec"]["minReplicas"]
        if "replicas" in found["spec"]:
            yield f"{name(item)}: {name(found)} says how many by itself, too"
        if not 2 <= item["spec"]["minReplicas"] < item["spec"]["maxReplicas"]:
            yield f"{name(item)}: from {item['spec']['minReplicas']} to {item['spec']['maxReplicas']}"
        for metric in item["spec"]["metrics"]:
            requests = found["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]
            if metric["type"] == "Resource" and metric["resource"]["name"] not in requests:
                yield f"{name(item)}: a share of nothing"
    for item in manifests.all("Deployment", "StatefulSet"):
        labels = item["spec"]["template"]["metadata"]["labels"]
        budgets = [budget for budget in manifests.all("PodDisruptionBudget") if selects(budget["spec"]["selector"], labels)]
        if scaled.get(name(item), item["spec"].get("replicas", 1)) > 1 and len(budgets) != 1:
            yield f"{name(item)}: {len(budgets)} budgets"
    for item in manifests.all("Deployment"):
        if name(item) not in scaled:
            yield f"{name(item)}: nobody says how many"


def selectors(manifests):
    """Services and workloads select what they mean, and ports are where they are said to be."""
    for item in manifests.all("Deployment", "StatefulSet"):
        mine = [pod for pod, labels, _ in manifests.pods() if selects(item["spec"]["selector"], labels)]
        if mine != [name(item)]:
            yield f"{name(item)}: selects {mine}"
    for item in manifests.all("Service"):
        found = [(pod, spec) for pod, labels, spec in manifests.pods() if selects({"matchLabels": item["spec"]["selector"]}, labels)]
        if len(found) != 1:
            yield f"{name(item)}: selects {[pod for pod, _ in found]}"
        for pod, spec in found:
            names = {port["name"] for container in spec["containers"] for port in container.get("ports", [])}
            for port in item["spec"]["ports"]:
                if port["targetPort"] not in names:
                    yield f"{name(item)}: {pod} has no port {port['targetPort']}"
    services = {item["metadata"]["name"]: {port["port"] for port in item["spec"]["ports"]} for item in manifests.all("Service")}
    for item in manifests.all("HTTPRoute"):
        for rule in item["spec"]["rules"]:
            for backend in rule.get("backendRefs", []):
                if backend["port"] not in services.get(backend["name"], ()):
                    yield f"{name(item)}: leads to {backend['name']}:{backend['port']}, which isn't there"
    for item in manifests.all("PodMonitor"):
        for pod, labels, spec in manifests.pods():
            if pod.startswith("Job/") or not selects(item["spec"]["selector"], labels):
                continue
            names = {port["name"] for container in spec["containers"] for port in container["ports"]}
            if not {endpoint["port"] for endpoint in item["spec"]["podMetricsEndpoints"]} <= names:
                yield f"{name(item)}: {pod} has no such port"


def _generated(manifests):
    """The keys of the Secrets that CloudNativePG makes for the application's database of a cluster."""
    keys = {"username", "password", "host", "port", "dbname", "uri", "jdbc-uri", "pgpass"}
    return {f"{item['metadata']['name']}-app": keys for item in manifests.all("Cluster")}


def _wanted(node):
    """Secret and key of every reference below a node, however custom the resource; no key where the whole is meant."""
    if isinstance(node, list):
        for part in node:
            yield from _wanted(part)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("secretKeyRef", "accessKeyId", "secretAccessKey"):
                yield value["name"], value["key"]
            elif key in ("secretRef", "passwordSecret"):
                yield value["name"], None
            elif key == "certificateRefs":
                yield from ((reference["name"], "tls.crt") for reference in value)
            else:
                yield from _wanted(value)


def references(manifests):
    """What is referred to exists, and every Secret of the template is referred to."""
    template = [item for item in yaml.safe_load_all((ROOT / "deploy/kubernetes/secrets.example.yaml").read_text())]
    secrets = {item["metadata"]["name"]: set(item["stringData"]) for item in template} | _generated(manifests)
    for item in manifests.objects:
        for secret, key in _wanted(item.get("spec", {})):
            if key not in secrets.get(secret, ()) and not (key is None and secret in secrets):
                yield f"{name(item)}: no key {key} in a Secret {secret}"
    if manifests.all("Secret"):
        yield "a Secret is part of the manifests"
    for item in template:
        if leaked := [value for value in item["stringData"].values() if len(value) > 16 and "REPLACE" not in value]:
            yield f"secrets.example.yaml: {item['metadata']['name']} holds {leaked}"
    configs = {item["metadata"]["name"] for item in manifests.all("ConfigMap")}
    accounts = {item["metadata"]["name"] for item in manifests.all("ServiceAccount")}
    for pod, _, spec in manifests.pods():
        used = {source["configMapRef"]["name"] for c in spec["containers"] for source in c.get("envFrom", []) if "configMapRef" in source}
        used |= {volume["configMap"]["name"] for volume in spec.get("volumes", []) if "configMap" in volume}
        if missing := used - configs:
            yield f"{pod}: there is no ConfigMap {missing}"
        if spec["serviceAccountName"] not in accounts:
            yield f"{pod}: there is no account {spec['serviceAccountName']}"
        for container in spec["containers"]:
            volumes = {volume["name"] for volume in spec.get("volumes", [])}
            volumes |= {claim["metadata"]["name"] for owner in manifests.all("StatefulSet") if name(owner) == pod for claim in owner["spec"]["volumeClaimTemplates"]}
            if missing := {mount["name"] for mount in container.get("volumeMounts", [])} - volumes:
                yield f"{pod}: there is no volume {missing}"
    elsewhere = {name(item) for item in manifests.objects if item["kind"] != "Namespace" and item["metadata"].get("namespace") != "dulle"}
    if elsewhere:
        yield f"in another name space: {sorted(elsewhere)}"


def variables(manifests):
    """Variables are such as the program reads."""
    known = set(re.findall(r'"((?:DULLE_|DATABASE_)[A-Z_]+)"', (ROOT / "server/src/config.rs").read_text()))
    for variable in sorted(said(manifests) - known):
        yield f"{variable}: the program knows no such variable"


def connections(manifests):
    """With as many copies as there may ever be, one more during a roll-out, Postgres has a connection for everybody."""
    [config] = [item["data"] for item in manifests.all("ConfigMap") if "DULLE_ADDR" in item["data"]]
    each = int(config.get("DULLE_DATABASE_CONNECTIONS", 16)) + BESIDE_POOL
    copies = {item["spec"]["scaleTargetRef"]["name"]: item["spec"]["maxReplicas"] + 1 for item in manifests.all("HorizontalPodAutoscaler")}
    wanted = sum(count for deployment, count in copies.items() if deployment != "dulle-web") * each
    for item in manifests.all("Cluster"):
        there = int(item["spec"]["postgresql"]["parameters"]["max_connections"]) - RESERVED
        if wanted > there:
            yield f"{name(item)}: {wanted} connections may be wanted, {there} are there"


def said(manifests):
    """Every variable that a process of ours is given."""
    names = set()
    for item in manifests.all("ConfigMap"):
        names |= {key for key in item["data"] if key.isupper()}
    for _, labels, spec in manifests.pods():
        if labels.get("app.kubernetes.io/name") == "dulle":
            names |= {variable["name"] for container in spec["containers"] for variable in container.get("env", [])}
    return names


CHECKS = (pods, probes, scaling, selectors, references, variables, connections)
