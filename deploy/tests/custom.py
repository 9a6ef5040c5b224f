"""The shape of resources that Kubernetes has no schema of: which fields there are, and which must be. Read from their references:
Gateway API v1.5, CloudNativePG 1.28, its Barman Cloud plug-in 0.11, the Prometheus Operator. As far as our manifests use them."""

# A field with `!` must be there. A list stands for each of its members, `...` for anything.
ANY = ...
FILTER = {
    "type!": ANY,
    "urlRewrite": {"path": {"type!": ANY, "replacePrefixMatch": ANY, "replaceFullPath": ANY}},
    "requestRedirect": {"scheme": ANY, "statusCode": ANY},
    "requestHeaderModifier": {"remove": ANY},
    "cors": {"allowOrigins!": ANY, "allowMethods": ANY, "allowHeaders": ANY, "exposeHeaders": ANY, "allowCredentials": ANY, "maxAge": ANY},
}
SECRET_KEY = {"name!": ANY, "key!": ANY}
SHAPES = {
    ("gateway.networking.k8s.io/v1", "Gateway"): {
        "gatewayClassName!": ANY,
        "listeners!": [{
            "name!": ANY, "hostname": ANY, "port!": ANY, "protocol!": ANY,
            "tls": {"mode": ANY, "certificateRefs": [{"name!": ANY}]}, "allowedRoutes": {"namespaces": {"from": ANY}},
        }],
    },
    ("gateway.networking.k8s.io/v1", "HTTPRoute"): {
        "parentRefs!": [{"name!": ANY, "sectionName": ANY}],
        "hostnames": ANY,
        "rules!": [{
            "name": ANY,
            "matches": [{"path": {"type!": ANY, "value!": ANY}, "method": ANY, "headers": [{"name!": ANY, "value!": ANY, "type": ANY}]}],
            "filters": [FILTER],
            "timeouts": {"request": ANY, "backendRequest": ANY},
            "backendRefs": [{"name!": ANY, "port!": ANY}],
        }],
    },
    ("postgresql.cnpg.io/v1", "Cluster"): {
        "instances!": ANY, "imageName!": ANY, "enablePDB": ANY, "primaryUpdateStrategy": ANY, "primaryUpdateMethod": ANY,
        "bootstrap!": {"initdb!": {
            "database!": ANY, "owner!": ANY, "encoding": ANY, "localeProvider": ANY, "builtinLocale": ANY, "localeCollate": ANY,
            "localeCType": ANY, "dataChecksums": ANY,
        }},
        "postgresql": {"synchronous!": {"method!": ANY, "number!": ANY, "dataDurability": ANY}, "parameters": ANY},
        "storage!": {"size!": ANY}, "walStorage": {"size!": ANY},
        "resources!": {"requests!": ANY, "limits!": ANY},
        "affinity": {"enablePodAntiAffinity": ANY, "topologyKey": ANY, "podAntiAffinityType": ANY},
        "plugins!": [{"name!": ANY, "isWALArchiver": ANY, "parameters": {"barmanObjectName!": ANY}}],
        "managed": {"roles!": [{"name!": ANY, "ensure": ANY, "login": ANY, "passwordSecret!": {"name!": ANY}}]},
    },
    ("postgresql.cnpg.io/v1", "Database"): {"name!": ANY, "owner!": ANY, "cluster!": {"name!": ANY}, "databaseReclaimPolicy": ANY},
    ("postgresql.cnpg.io/v1", "ScheduledBackup"): {
        "schedule!": ANY, "immediate": ANY, "backupOwnerReference": ANY, "target": ANY, "cluster!": {"name!": ANY}, "method!": ANY,
        "pluginConfiguration!": {"name!": ANY},
    },
    ("barmancloud.cnpg.io/v1", "ObjectStore"): {
        "retentionPolicy!": ANY,
        "configuration!": {
            "destinationPath!": ANY, "endpointURL": ANY, "s3Credentials": {"accessKeyId!": SECRET_KEY, "secretAccessKey!": SECRET_KEY},
            "wal": {"compression": ANY}, "data": {"compression": ANY},
        },
    },
    ("monitoring.coreos.com/v1", "PodMonitor"): {
        "selector!": {"matchLabels": ANY}, "podMetricsEndpoints!": [{"port!": ANY, "path": ANY, "interval": ANY}], "podTargetLabels": ANY,
    },
    ("monitoring.coreos.com/v1", "PrometheusRule"): {
        "groups!": [{"name!": ANY, "rules!": [{"alert!": ANY, "expr!": ANY, "for": ANY, "labels!": {"severity!": ANY}, "annotations!": {"summary!": ANY}}]}],
    },
}
KUBERNETES = {"v1", "apps/v1", "batch/v1", "autoscaling/v2", "policy/v1", "networking.k8s.io/v1"}


def complaints(item):
    version, kind = item["apiVersion"], item["kind"]
    if version in KUBERNETES:
        return
    shape = SHAPES.get((version, kind))
    if shape is None:
        yield f"{version} {kind}: nobody has said what it looks like"
    else:
        yield from (f"{kind}/{item['metadata']['name']}: {complaint}" for complaint in _differs("spec", item["spec"], shape))


def _differs(place, value, shape):
    if shape is ANY:
        return
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            yield f"{place} is no list of something"
        else:
            for index, part in enumerate(value):
                yield from _differs(f"{place}[{index}]", part, shape[0])
    elif not isinstance(value, dict):
        yield f"{place} is no object"
    else:
        fields = {field.rstrip("!"): inner for field, inner in shape.items()}
        yield from (f"{place}.{field} is unknown" for field in value.keys() - fields.keys())
        yield from (f"{place}.{field[:-1]} is missing" for field in shape if field.endswith("!") and field[:-1] not in value)
        for field in value.keys() & fields.keys():
            yield from _differs(f"{place}.{field}", value[field], fields[field])
