"""The OpenAPI document of a live server, and its answers, against the models of KServe and the documents of MLServer."""

import json
import urllib.error
import urllib.request
from importlib.metadata import distribution

from definitions import is_installed
from harness import check, equal, holds, raises
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from kserve.protocol.rest import v2_datamodels
from pydantic import ValidationError
from schemas import differences, fields_of

# Ours, kserve's model, mlserver's schema.
answers = [
    ("ServerLive", "ServerLiveResponse", None),
    ("ServerReady", "ServerReadyResponse", None),
    ("ServerMetadata", "ServerMetadataResponse", "MetadataServerResponse"),
    ("ModelNames", "ListModelsResponse", None),
    ("ModelMetadata", "ModelMetadataResponse", "MetadataModelResponse"),
    ("ModelReady", "ModelReadyResponse", None),
    ("InferResponse", "InferenceResponse", "InferenceResponse"),
    ("RawInferResponse", "InferenceResponse", "InferenceResponse"),
    ("Failure", None, "InferenceErrorResponse"),
    ("Failure", None, "MetadataModelErrorResponse"),
    ("Index", None, "RepositoryIndexResponse"),
    ("Failure", None, "RepositoryLoadErrorResponse"),
]
requests = [("InferRequest", "InferenceRequest", "InferenceRequest"), ("IndexRequest", None, "RepositoryIndexRequest")]

raw = "raw tensors say their bytes and have no data, by the extension for binary tensors"
anything = "parameters are texts, numbers and booleans by the text; there they are anything"
# Every difference there is, and why.
deviations = {
    "kserve": {
        "ServerReady": {".live is not known": "told beside `ready`, since the text prints it"},
        "RawInferResponse": {".outputs[].data may be missing": raw},
    },
    "mlserver": {
        "RawInferResponse": {".outputs[].data may be missing": raw},
        "InferRequest": {
            ".inputs[].data is array|bytes, not array": "JSON has no bytes",
            **{
                f"{place}parameters.{fault}, not boolean|number|string": anything
                for place in (".", ".inputs[].", ".outputs[].")
                for fault in ("* is any", "headers is object")
            },
        },
    },
}


def get(world, path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(world.url + path, data=data, method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def own(world):
    return json.loads(get(world, "/v2/docs/dataplane.json")[2])


def mlserver_documents():
    """What mlserver carries; none where this Python is newer than it knows."""
    if not is_installed("mlserver"):
        return []
    files = distribution("mlserver")
    paths = (f"mlserver/rest/openapi/{name}.json" for name in ("dataplane", "model_repository"))
    return [json.loads(files.locate_file(path).read_text()) for path in paths]


def schema_of(documents, name):
    for document in documents:
        if name in document["components"]["schemas"]:
            return document["components"]["schemas"][name], document
    raise AssertionError(f"there is no schema {name}")


def kserve_schema(name):
    schema = getattr(v2_datamodels, name).model_json_schema()
    return schema, schema


def compare(world, package, column, find):
    document = own(world)
    compared = 0
    for table, is_answer in ((answers, True), (requests, False)):
        for row in table:
            if row[column] is None:
                continue
            ours = fields_of(document["components"]["schemas"][row[0]], document)
            theirs = fields_of(*find(row[column]))
            found = differences(ours, theirs) if is_answer else differences(theirs, ours)
            equal(found, sorted(deviations[package].get(row[0], {})), f"{row[0]} as {row[column]}:")
            compared += 1
    return compared


@check("a difference of two schemas is found, wherever it is")
def differences_found(_world):
    def fields(items, required):
        properties = {"a": {"type": "array", "items": items}, "b": {"type": "string"}}
        return fields_of({"type": "object", "properties": properties, "required": required}, {})

    good = fields({"type": "integer"}, ["a", "b"])
    equal(differences(good, good), [])
    equal(differences(fields({"type": "string"}, ["a", "b"]), good), [".a[] is string, not integer"])
    equal(differences(fields({"type": "number"}, ["a", "b"]), good), [".a[] is number, not integer"])
    equal(differences(fields({"type": "integer"}, ["a"]), good), [".b may be missing"])
    inner = {"type": "object", "properties": {"c": {"type": "string"}}}
    equal(differences(fields(inner, ["a", "b"]), good), [".a[] is object, not integer", ".a[].c is not known"])


@check("the served document allows only what kserve's models read, and asks for no more than they send")
def document_for_kserve(world):
    equal(compare(world, "kserve", 1, kserve_schema), 9)


@check("the served document allows only what mlserver's documents do, and has every path of theirs")
def document_for_mlserver(world):
    documents = mlserver_documents()
    if not documents:
        print("     mlserver is not installed for this Python", flush=True)
        return
    equal(compare(world, "mlserver", 2, lambda name: schema_of(documents, name)), 10)
    ours = own(world)["paths"]
    for document in documents:
        for path, operations in document["paths"].items():
            path = path.replace("{model_name}", "{model}").replace("{model_version}", "{version}")
            for method in operations.keys() - {"parameters"}:
                holds(method in ours.get(path, {}), f"{method} {path}")


with_bytes = Draft202012Validator.TYPE_CHECKER.redefine("bytes", lambda _checker, value: isinstance(value, bytes))
Checker = extend(Draft202012Validator, type_checker=with_bytes)


def faults(document, name, value):
    checker = Checker({"$ref": f"#/components/schemas/{name}", "components": document["components"]})
    return [f"{fault.json_path} {fault.message[:200]}" for fault in checker.iter_errors(value)]


def tensor(name, datatype, data, shape=(1, 2)):
    return {"name": name, "datatype": datatype, "shape": list(shape), "data": data}


def exchanges(world):
    """Live answers of every kind: the name of our schema, and what was answered."""
    for path, name in (
        ("/v2", "ServerMetadata"),
        ("/v2/health/live", "ServerLive"),
        ("/v2/health/ready", "ServerReady"),
        ("/v2/models", "ModelNames"),
        ("/v2/models/stats", "Stats"),
        ("/v2/models/risk/versions/1", "ModelMetadata"),
        ("/v2/models/risk/ready", "ModelReady"),
        ("/v2/models/risk/config", "ModelConfig"),
        ("/v2/models/risk/stats", "Stats"),
        ("/v2/trace/setting", "TraceSettings"),
        ("/v2/logging", "LogSettings"),
        ("/v2/systemsharedmemory/status", "Regions"),
        ("/v2/models/nobody", "Failure"),
        ("/v2/models/risk/versions/9/ready", "Failure"),
        ("/v2/models/risk/infer", "Failure"),
    ):
        yield name, json.loads(get(world, path)[2])
    for path, name in (
        ("/v2/repository/index", "Index"),
        ("/v2/repository/models/spare/unload", "Unloaded"),
        ("/v2/repository/index", "Index"),
        ("/v2/repository/models/spare/load", "Loaded"),
        ("/v2/repository/models/nobody/load", "Failure"),
        ("/v2/cudasharedmemory/unregister", "Nothing"),
        ("/v2/models/risk/generate", "Failure"),
    ):
        yield name, json.loads(get(world, path, {})[2])
    for datatype, data in (
        ("BOOL", [True, False]),
        ("UINT8", [0, 255]),
        ("UINT16", [0, 65535]),
        ("UINT32", [0, 2**32 - 1]),
        ("UINT64", [0, 2**64 - 1]),
        ("INT8", [-128, 127]),
        ("INT16", [-1, 1]),
        ("INT32", [-(2**31), 2**31 - 1]),
        ("INT64", [-(2**63), 2**63 - 1]),
        ("FP32", [float("nan"), float("inf")]),
        ("FP64", [0.5, -1e300]),
        ("BYTES", ["ä", ""]),
    ):
        body = {"id": "d1", "inputs": [tensor("x", datatype, data)]}
        path = f"/v2/models/same-{datatype}"
        yield "ModelMetadata", json.loads(get(world, path)[2])
        yield "InferResponse", json.loads(get(world, f"{path}/infer", body)[2])
        _, headers, answer = get(world, f"{path}/infer", body | {"parameters": {"binary_data_output": True}})
        yield "RawInferResponse", json.loads(answer[: int(headers["Inference-Header-Content-Length"])])
    yield "Failure", json.loads(get(world, "/v2/models/risk/infer", {"inputs": []})[2])


@check("live answers of every kind are as the served document says, by another reader of schemas")
def live(world):
    document = own(world)
    Checker.check_schema(document["components"]["schemas"])
    seen = set()
    for name, answer in exchanges(world):
        equal(faults(document, name, answer), [], f"{name} {str(answer)[:200]}")
        seen.add(name)
    holds(seen >= {row[0] for row in answers}, seen)
    holds(faults(document, "ModelReady", {"name": "m", "ready": True, "more": 1}))


@check("live answers are read by kserve's strict models, which know every field but those listed")
def live_for_kserve(world):
    models = {row[0]: getattr(v2_datamodels, row[1]) for row in answers if row[1]}
    read = 0
    for name, answer in exchanges(world):
        # KServe reads tensors out of bytes by itself.
        if name not in models or name == "RawInferResponse":
            continue
        known = models[name].model_validate(answer, strict=True).model_dump(exclude_unset=True)
        lost = sorted(f".{field} is not known" for field in answer.keys() - known.keys())
        equal(lost, sorted(deviations["kserve"].get(name, {})), name)
        # As text, since a NaN equals nothing.
        equal(json.dumps({field: answer[field] for field in known}, sort_keys=True), json.dumps(known, sort_keys=True), name)
        read += 1
    holds(read >= 30, f"{read} answers")
    raises(ValidationError, lambda: v2_datamodels.ModelReadyResponse.model_validate({"name": "m", "ready": 1}, strict=True))


@check("live answers are of mlserver's schemas")
def live_for_mlserver(world):
    documents = mlserver_documents()
    names = {row[0]: row[2] for row in answers if row[2]}
    read = 0
    for name, answer in exchanges(world) if documents else []:
        if name in names and name != "RawInferResponse":
            equal(faults(schema_of(documents, names[name])[1], names[name], answer), [], name)
            read += 1
    holds(read >= 30 or not documents, f"{read} answers")
    for document in documents[:1]:
        metadata = json.loads(get(world, "/v2/models/same-BF16")[2])
        told = faults(document, "MetadataModelResponse", metadata)
        # The one datatype of Triton's that is not in their list.
        equal((len(told), all("'BF16' is not one of" in one for one in told)), (2, True), told)
