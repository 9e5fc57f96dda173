"""MLflow's scoring protocol: a scikit-learn model logged with mlflow, served by a process from the registry, and the same
model converted by skl2onnx, served in-process, answer alike, in every form and over every protocol."""

import functools
import io
import json
import time
import warnings

import mlflow
import numpy as np
import requests
import tritonclient.http as triton_http
from harness import check, equal, holds
from mlflow import MlflowClient
from mlflow.deployments import PredictionsResponse
from mlflow.models import infer_signature
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

warnings.filterwarnings("ignore")
close = 1e-5


def declare(world, name, spec):
    answer = requests.put(f"{world.url}/api/v1/endpoints/{name}", json={"spec": spec})
    holds(answer.ok, answer.text)


def wait_until_ready(world, name):
    for _ in range(1200):
        endpoint = requests.get(f"{world.url}/api/v1/endpoints/{name}").json()
        if endpoint["state"] == "ready":
            return
        time.sleep(0.1)
    raise AssertionError(f"{name} is {endpoint['state']}: {endpoint.get('reason')}")


def register_onnx(world, name, model):
    api = f"{world.url}/api/v1"
    upload = requests.post(f"{api}/uploads", data=model, headers={"content-type": "application/octet-stream"})
    digest = upload.json()["digest"]
    answer = requests.post(f"{api}/models/{name}/versions", json={"digest": digest})
    holds(answer.ok, answer.text)


@functools.cache
def models(world):
    """Rows, their labels and probabilities as scikit-learn itself gives them, with every endpoint ready to be asked."""
    data = load_iris(as_frame=True)
    rows = data.data.rename(columns=lambda name: name.replace(" (cm)", "").replace(" ", "_"))
    # Thresholds lie between the values of 32 bits: a converted forest must not fall to the other side.
    rows = rows.astype(np.float32).astype(np.float64)
    model = RandomForestClassifier(n_estimators=20, max_depth=5, random_state=7).fit(rows, data.target)
    labels, probabilities = model.predict(rows), model.predict_proba(rows)
    mlflow.set_tracking_uri(world.url)
    client = MlflowClient()
    with mlflow.start_run():
        for name, answer in (("predict", labels), ("predict_proba", probabilities)):
            mlflow.sklearn.log_model(
                model,
                name=name,
                signature=infer_signature(rows, answer),
                registered_model_name=f"iris-{name}",
                pyfunc_predict_fn=name,
                skops_trusted_types=["sklearn.tree._tree.Tree"],
            )
            client.set_registered_model_alias(f"iris-{name}", "champion", "1")
    exported = to_onnx(model, rows.to_numpy(np.float32)[:1], options={"zipmap": False})
    register_onnx(world, "iris-onnx", exported.SerializeToString())
    client.set_registered_model_alias("iris-onnx", "champion", "1")
    command = [world.mlflow, "models", "serve", "-m", "{model}", "-p", "{port}", "--env-manager", "local"]
    runtime = {"kind": "process", "command": command}
    declare(world, "iris-sklearn", {"model": "iris-predict", "runtime": runtime})
    declare(world, "iris-sklearn-probabilities", {"model": "iris-predict_proba", "runtime": runtime})
    declare(world, "iris-onnx", {"model": "iris-onnx", "scoringOutput": "label"})
    declare(world, "iris-onnx-probabilities", {"model": "iris-onnx", "scoringOutput": "probabilities"})
    for name in ("iris-sklearn", "iris-sklearn-probabilities", "iris-onnx", "iris-onnx-probabilities"):
        wait_until_ready(world, name)
    return rows, labels, probabilities


def forms(rows):
    csv = io.StringIO()
    rows.to_csv(csv, index=False)
    return {
        "dataframe_split": {"json": {"dataframe_split": rows.to_dict(orient="split")}},
        "dataframe_records": {"json": {"dataframe_records": rows.to_dict(orient="records")}},
        "inputs by name": {"json": {"inputs": {name: rows[name].tolist() for name in rows}}},
        "inputs": {"json": {"inputs": rows.to_numpy().tolist()}},
        "instances by name": {"json": {"instances": rows.to_dict(orient="records")}},
        "instances": {"json": {"instances": rows.to_numpy().tolist()}},
        "csv": {"data": csv.getvalue(), "headers": {"content-type": "text/csv"}},
    }


def predictions(world, path, **body):
    answer = requests.post(f"{world.url}{path}", **body)
    holds(answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}")
    return PredictionsResponse.from_json(answer.text).get_predictions("ndarray")


@check("labels are those of scikit-learn in every form, by the process and in-process")
def labels_alike(world):
    rows, labels, _ = models(world)
    for endpoint in ("iris-sklearn", "iris-onnx"):
        for form, body in forms(rows).items():
            found = predictions(world, f"/endpoints/{endpoint}/invocations", **body)
            equal(found.ravel().tolist(), labels.tolist(), f"{endpoint} {form}")


@check("probabilities are those of scikit-learn within 1e-5, by the process and in-process")
def probabilities_alike(world):
    rows, _, probabilities = models(world)
    for endpoint in ("iris-sklearn-probabilities", "iris-onnx-probabilities"):
        for form, body in forms(rows).items():
            found = predictions(world, f"/endpoints/{endpoint}/invocations", **body)
            holds(np.abs(found - probabilities).max() <= close, f"{endpoint} {form}: {found[:3]}")


@check("V1 and V2 of the same models answer alike")
def protocols_alike(world):
    rows, labels, probabilities = models(world)
    for endpoint, wanted in (("iris-sklearn", labels), ("iris-onnx", labels), ("iris-onnx-probabilities", probabilities)):
        answer = requests.post(f"{world.url}/v1/models/{endpoint}:predict", json={"instances": rows.to_numpy().tolist()})
        found = np.array(answer.json()["predictions"])
        holds(np.abs(found - wanted).max() <= close, f"{endpoint} V1")
    client = triton_http.InferenceServerClient(world.host)
    for endpoint in ("iris-sklearn", "iris-onnx"):
        tensors = []
        for one in client.get_model_metadata(endpoint)["inputs"]:
            kind = {"FP32": np.float32, "FP64": np.float64}[one["datatype"]]
            data = rows.to_numpy(kind) if len(one["shape"]) == 2 and one["shape"][1] != 1 else rows[[one["name"]]].to_numpy(kind)
            data = data.reshape(len(rows), *one["shape"][1:])
            tensors.append(triton_http.InferInput(one["name"], list(data.shape), one["datatype"]).set_data_from_numpy(data))
        result = client.infer(endpoint, tensors)
        names = [one["name"] for one in result.get_response()["outputs"]]
        equal(result.as_numpy(names[0]).ravel().tolist(), labels.tolist(), f"{endpoint} V2")
        if "probabilities" in names:
            holds(np.abs(result.as_numpy("probabilities") - probabilities).max() <= close, endpoint)


@check("mlflow's own scoring client: ping, version, invoke with a data frame and an array")
def scoring_client(world):
    rows, labels, _ = models(world)
    client = ScoringServerClient(*world.host.split(":"))
    client.ping()
    client.wait_server_ready(timeout=5)
    holds(client.get_version().count(".") == 2, client.get_version())
    for data in (rows, rows.to_numpy()):
        equal(client.invoke(data).get_predictions().to_numpy().ravel().tolist(), labels.tolist(), type(data).__name__)


@check("missing values as a data frame has them")
def missing_values(world):
    rows, _, _ = models(world)
    holed = rows.copy()
    holed.iloc[0, 0] = np.nan
    # The client writes a missing value as a bare NaN.
    found = predictions(
        world,
        "/endpoints/iris-onnx-probabilities/invocations",
        data=json.dumps({"dataframe_split": holed.to_dict(orient="split")}),
        headers={"content-type": "application/json"},
    )
    equal(found.shape, (len(rows), 3))


@check("health and version, of the default endpoint and of each")
def health(world):
    models(world)
    for path in ("/ping", "/endpoints/iris-onnx/ping", "/endpoints/iris-onnx/health"):
        answer = requests.get(world.url + path)
        equal([answer.status_code, answer.text], [200, "\n"], path)
    equal(requests.get(f"{world.url}/endpoints/nobody/ping").status_code, 404)
    holds(requests.get(f"{world.url}/version").text.count(".") == 2)


@check("what is wrong is refused in the words of the reference")
def refusals(world):
    models(world)
    for body, told in {
        "[1]": "The input must be a JSON dictionary with exactly one of the input fields",
        '{"dataframe_split": []}': "Dataframe split format must be a dictionary. Got list",
        '{"dataframe_records": {}}': "Dataframe records format must be a list of records. Got dictionary.",
        "{": "Ensure that input is a valid JSON formatted string",
        '{"inputs": [1], "instances": [1]}': "exactly one",
        '{"messages": []}': "",
    }.items():
        answer = requests.post(f"{world.url}/invocations", data=body, headers={"content-type": "application/json"})
        holds(answer.status_code == 400 and answer.json()["error_code"] == "BAD_REQUEST", f"{body}: {answer.text}")
        holds(told in answer.json()["message"], f"{body}: {answer.text}")
    for content_type in ("text/plain", "application/json; charset=latin-1", "application/json; x=1"):
        answer = requests.post(f"{world.url}/invocations", data="{}", headers={"content-type": content_type})
        equal(answer.status_code, 415, content_type)
    equal(requests.post(f"{world.url}/endpoints/nobody/invocations", json={"inputs": [1]}).status_code, 404)
