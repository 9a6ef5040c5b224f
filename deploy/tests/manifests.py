"""Rendered manifests, and questions to them that several checks ask."""

import copy
import functools
import os
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RENDERED = Path(os.environ.get("DULLE_RENDERED", ROOT / "target" / "deploy"))
OVERLAYS = ("one-process", "apart")


class Manifests:
    """What one overlay renders to."""

    def __init__(self, objects):
        self.objects = [item for item in objects if item]

    @classmethod
    @functools.cache
    def of(cls, overlay):
        return cls(yaml.safe_load_all((RENDERED / f"{overlay}.yaml").read_text()))

    def copy(self):
        return Manifests(copy.deepcopy(self.objects))

    def all(self, *kinds):
        return [item for item in self.objects if item["kind"] in kinds]

    def one(self, kind, name):
        [found] = [item for item in self.all(kind) if item["metadata"]["name"] == name]
        return found

    def workloads(self):
        return self.all("Deployment", "StatefulSet", "Job")

    def pods(self):
        """Name, labels and spec of every kind of pod of ours."""
        for item in self.workloads():
            template = item["spec"]["template"]
            yield name(item), template["metadata"]["labels"], template["spec"]

    def places(self):
        """The same with those that CloudNativePG makes, as far as policies and Services are concerned."""
        for pod, labels, spec in self.pods():
            yield pod, labels, {port["containerPort"] for c in spec["containers"] for port in c.get("ports", [])}
        for item in self.all("Cluster"):
            yield name(item), {"cnpg.io/cluster": item["metadata"]["name"]}, {5432, 8000, 9187}


def name(item):
    return f"{item['kind']}/{item['metadata']['name']}"


def selects(selector, labels):
    """Whether a label selector selects (Kubernetes API reference, LabelSelector). An empty one selects everything."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for rule in selector.get("matchExpressions", []):
        has = labels.get(rule["key"])
        match rule["operator"]:
            case "In" if has not in rule["values"]:
                return False
            case "NotIn" if has in rule["values"]:
                return False
            case "Exists" if has is None:
                return False
            case "DoesNotExist" if has is not None:
                return False
            case "In" | "NotIn" | "Exists" | "DoesNotExist":
                pass
            case operator:
                raise ValueError(operator)
    return True
