"""Files of packages against the published models of Kubernetes and KServe, as their own Python clients carry them."""

import re

from kserve import models as kserve_models
from kubernetes import client as kubernetes_models


def find_model(kind):
    for place in (kserve_models, kubernetes_models):
        if hasattr(place, kind):
            return getattr(place, kind)
    return None


def check(value, kind, path, found):
    """Adds to `found` what a document has that its published type does not know, or lacks that it demands."""
    many = re.match(r"list\[(.*)\]$", kind)
    if many:
        if not isinstance(value, list):
            found.append(f"{path}: a list of {many[1]} was wanted")
            return
        for at, one in enumerate(value):
            check(one, many[1], f"{path}[{at}]", found)
        return
    table = re.match(r"dict\((.*), (.*)\)$", kind)
    if table:
        if not isinstance(value, dict):
            found.append(f"{path}: a map was wanted")
            return
        for key, one in value.items():
            check(one, table[2], f"{path}.{key}", found)
        return
    plain = {"str": str, "int": int, "bool": bool, "float": (int, float)}.get(kind)
    if plain:
        if not isinstance(value, plain) or (kind == "int" and isinstance(value, bool)):
            found.append(f"{path}: {value!r} is no {kind}")
        return
    model = find_model(kind)
    # Quantities and ports that are a number or a name are `object`.
    if model is None:
        return
    known = {wire: name for name, wire in model.attribute_map.items()}
    for key, one in value.items():
        if key not in known:
            found.append(f"{path}: {kind} has no field {key!r}")
        else:
            check(one, model.openapi_types[known[key]], f"{path}.{key}", found)
    try:
        model(**{known[key]: one for key, one in value.items() if key in known})
    except ValueError as error:
        found.append(f"{path}: {error}")


KINDS = {
    ("v1", "Service"): "V1Service",
    ("v1", "ServiceAccount"): "V1ServiceAccount",
    ("apps/v1", "Deployment"): "V1Deployment",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "V2HorizontalPodAutoscaler",
    ("policy/v1", "PodDisruptionBudget"): "V1PodDisruptionBudget",
    ("networking.k8s.io/v1", "NetworkPolicy"): "V1NetworkPolicy",
    ("serving.kserve.io/v1beta1", "InferenceService"): "V1beta1InferenceService",
}


def faults_of(document):
    """What is wrong with a document; None where no client of ours publishes its type."""
    kind = KINDS.get((document["apiVersion"], document["kind"]))
    if kind is None:
        return None
    found = []
    check(document, kind, document["kind"], found)
    return found
