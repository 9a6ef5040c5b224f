"""What the program measures, read from its source, and what an expression of PromQL asks for."""

import functools
import re

from manifests import ROOT

# What Prometheus adds to whatever it collects from a pod.
EVERYWHERE = {"pod", "container", "namespace", "job", "instance", "endpoint", "app_kubernetes_io_component"}
FROM_PROMETHEUS = {"up": set()}
WORDS = {
    "sum", "max", "min", "avg", "count", "rate", "increase", "histogram_quantile", "by", "on", "and", "or", "unless", "offset",
    "ignoring", "without", "group_left", "clamp_min", "vector", "topk", "bool", "absent",
}


@functools.cache
def measured():
    """Each metric as it is shown to Prometheus, with its labels."""
    found = {}
    sources = [path for folder in ("server/src", "platform/src", "services", "app/src") for path in (ROOT / folder).rglob("*.rs")]
    texts = [path.read_text().split("#[cfg(test)]")[0] for path in sources if "tests" not in path.parts and path.stem != "tests"]
    constants = dict(re.findall(r'const (\w+): &str = "([a-z_]+)";', "\n".join(texts)))
    for text in texts:
        for kind, arguments in re.findall(r"\b(counter|gauge|histogram)!\(((?:[^()]|\([^()]*\))*)\)", text):
            first = arguments.split(",")[0].strip()
            name = first.strip('"') if first.startswith('"') else constants.get(first.rpartition("::")[2])
            if name is None:
                raise ValueError(f"what is {first}?")
            labels = set(re.findall(r'"(\w+)" =>', arguments))
            for shown in (f"{name}_bucket", f"{name}_sum", f"{name}_count") if kind == "histogram" else (name,):
                found.setdefault(shown, set()).update(labels | ({"le"} if shown.endswith("_bucket") else set()))
    return found


def asked(expression):
    """Each metric of an expression with the labels it is selected by; and the labels that are grouped by."""
    expression = re.sub(r"\$\w+|\[[^\]]*\]", " ", expression)
    grouped = set()
    for inside in re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", expression):
        grouped |= {label.strip() for label in inside.split(",") if label.strip()}
    expression = re.sub(r"\b(by|on|without|ignoring)\s*\([^)]*\)", " ", expression)
    metrics = {}
    for name, braces in re.findall(r'\b([a-z_][a-z0-9_]*)\b\s*(\{(?:[^"}]|"[^"]*")*\})?', re.sub(r"\boffset\s+\w+", " ", expression)):
        if name in WORDS and not braces:
            continue
        metrics.setdefault(name, set()).update(re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', braces)))
    # What stands inside braces was taken with its metric.
    return metrics, grouped


def complaints(expression):
    known = measured() | FROM_PROMETHEUS
    metrics, grouped = asked(expression)
    for name, labels in metrics.items():
        if name not in known:
            yield f"{name} is measured nowhere"
        elif wrong := labels - known[name] - EVERYWHERE:
            yield f"{name} has no label {sorted(wrong)}"
    if wrong := grouped - EVERYWHERE - set().union(*(known.get(name, set()) for name in metrics)):
        yield f"none of {sorted(metrics)} has a label {sorted(wrong)}"
