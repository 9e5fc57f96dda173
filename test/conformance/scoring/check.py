"""A scikit-learn model logged with mlflow, served by a process, and the same model as ONNX, served in-process, answer alike.

Usage: check.py <url of the server> <path of the program mlflow> <words of the program tidemill>
"""

import io
import shutil
import subprocess
import sys
import tempfile
import time

import mlflow
import numpy as np
import requests
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

url, program = sys.argv[1:3]
tidemill = sys.argv[3:]
api = f"{url}/api/v1"
failures = 0


def check(title, is_right, told=""):
    global failures
    failures += not is_right
    print(f"{'ok  ' if is_right else 'FAIL'} {title}{'' if is_right else f': {told}'}", flush=True)


def register():
    data = load_iris(as_frame=True)
    rows = data.data.rename(columns=lambda name: name.replace(" (cm)", "").replace(" ", "_"))
    model = LogisticRegression(max_iter=500).fit(rows, data.target)
    mlflow.set_tracking_uri(url)
    with mlflow.start_run():
        signature = infer_signature(rows, model.predict(rows))
        mlflow.sklearn.log_model(model, name="model", signature=signature, registered_model_name="iris-sklearn")
    client = MlflowClient()
    client.set_registered_model_alias("iris-sklearn", "champion", "1")
    exported = to_onnx(model, rows.to_numpy(np.float32)[:1], options={"zipmap": False}).SerializeToString()
    folder = tempfile.mkdtemp()
    file = f"{folder}/iris.onnx"
    with open(file, "wb") as out:
        out.write(exported)
    subprocess.run([*tidemill, "model", "register", "iris-onnx", file, "--url", url], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)
    client.set_registered_model_alias("iris-onnx", "champion", "1")
    return rows, model.predict(rows).tolist()


def declare(name, spec):
    requests.put(f"{api}/endpoints/{name}", json={"spec": spec}).raise_for_status()
    for _ in range(600):
        endpoint = requests.get(f"{api}/endpoints/{name}").json()
        if endpoint["state"] == "ready":
            return
        time.sleep(0.1)
    raise SystemExit(f"{name} is {endpoint['state']}: {endpoint.get('reason')}")


def ask(path, **body):
    answer = requests.post(f"{url}{path}", **body)
    return answer.status_code, answer.json().get("predictions", answer.text) if answer.content else None


rows, wanted = register()
command = [program, "models", "serve", "-m", "{model}", "-p", "{port}", "--env-manager", "local"]
declare("iris-sklearn", {"model": "iris-sklearn", "runtime": {"kind": "process", "command": command}})
declare("iris-onnx", {"model": "iris-onnx", "scoringOutput": "label"})

csv = io.StringIO()
rows.to_csv(csv, index=False)
forms = {
    "dataframe_split": {"json": {"dataframe_split": rows.to_dict(orient="split")}},
    "dataframe_records": {"json": {"dataframe_records": rows.to_dict(orient="records")}},
    "inputs by name": {"json": {"inputs": {name: rows[name].tolist() for name in rows}}},
    "inputs": {"json": {"inputs": rows.to_numpy().tolist()}},
    "instances": {"json": {"instances": rows.to_dict(orient="records")}},
    "csv": {"data": csv.getvalue(), "headers": {"content-type": "text/csv"}},
}
for endpoint in ("iris-sklearn", "iris-onnx"):
    for form, body in forms.items():
        status, told = ask(f"/endpoints/{endpoint}/invocations", **body)
        check(f"{endpoint}: {form}", status == 200 and told == wanted, told)
    status, told = ask(f"/v1/models/{endpoint}:predict", json={"instances": rows.to_numpy().tolist()})
    check(f"{endpoint}: V1", status == 200 and told == wanted, told)

host, port = url.removeprefix("http://").split(":")
client = ScoringServerClient(host, int(port))
client.ping()
check("mlflow's own scoring client", client.invoke(rows).get_predictions().iloc[:, 0].tolist() == wanted)

for wrong in ("[1]", '{"dataframe_split": []}', '{"dataframe_records": {}}', "{", '{"messages": []}'):
    answer = requests.post(f"{url}/invocations", data=wrong, headers={"content-type": "application/json"})
    check(f"refuses {wrong}", answer.status_code == 400 and answer.json()["error_code"] == "BAD_REQUEST", answer.text)

sys.exit(1 if failures else 0)
