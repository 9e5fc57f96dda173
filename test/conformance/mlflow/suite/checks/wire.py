"""What the client depends on but never shows: raw answers of the server."""

import re

import requests
from harness import check, equal, holds

api = "/api/2.0/mlflow"


def send(world, method, path, **options):
    return requests.request(method, f"{world.url}{path}", **options)


@check("health, version and features")
def info(world):
    equal(send(world, "GET", "/health").text, "OK")
    version = send(world, "GET", "/version").text
    holds(re.fullmatch(r"\d+\.\d+(\.\d+)?([a-z0-9.]+)?", version), version)
    holds(tuple(map(int, version.split(".")[:2])) >= (3, 4), version)
    features = send(world, "GET", "/api/3.0/mlflow/server-info").json()
    equal((features["store_type"], features["workspaces_enabled"]), ("SqlStore", False))


@check("routes that are not there are a 404 that is no JSON, on which clients fall back")
def unknown(world):
    for path in ("/api/3.0/mlflow/nowhere", "/api/2.0/mlflow/nowhere/at/all"):
        for method in ("GET", "POST"):
            answer = send(world, method, path, **({"json": {}} if method == "POST" else {}))
            equal(answer.status_code, 404, path)
            holds("application/json" not in answer.headers["content-type"], path)


@check("both roots answer alike")
def roots(world):
    for root in ("api", "ajax-api"):
        answer = send(world, "GET", f"/{root}/2.0/mlflow/experiments/get", params={"experiment_id": "0"})
        equal(answer.json()["experiment"]["name"], "Default", root)


@check("errors carry error_code and message; missing and wrong fields are named")
def errors(world):
    answer = send(world, "POST", f"{api}/experiments/create", json={})
    equal(answer.status_code, 400)
    body = answer.json()
    equal(body["error_code"], "INVALID_PARAMETER_VALUE")
    holds("name" in body["message"], body["message"])
    answer = send(world, "GET", f"{api}/runs/get", params={"run_id": "0" * 32})
    equal((answer.status_code, answer.json()["error_code"]), (404, "RESOURCE_DOES_NOT_EXIST"))
    equal(answer.json()["message"], f"Run with id={'0' * 32} not found")
    answer = send(world, "POST", f"{api}/runs/log-metric", json={"run_id": "0" * 32, "key": "m", "timestamp": 1})
    equal(answer.json()["message"], "Missing value for required parameter 'value'. See the API docs for more information about request parameters.")
    answer = send(world, "POST", f"{api}/runs/search", json={"experiment_ids": "0", "max_results": "many"})
    equal((answer.status_code, answer.json()["error_code"]), (400, "INVALID_PARAMETER_VALUE"))


@check("bodies: numbers as text, unknown fields, doubly encoded JSON, no JSON at all")
def bodies(world):
    made = world.experiment()
    run = world.client.create_run(made).info.run_id
    metric = {"run_id": run, "key": "m", "value": "1.5", "timestamp": "1700000000000", "step": "3", "never": {"heard": "of"}}
    equal(send(world, "POST", f"{api}/runs/log-metric", json=metric).status_code, 200)
    equal(send(world, "POST", f"{api}/runs/log-metric", json={**metric, "value": True, "step": 4}).status_code, 200)
    history = world.client.get_metric_history(run, "m")
    equal([(one.step, one.value) for one in history], [(3, 1.5), (4, 1.0)])
    found = send(world, "POST", f"{api}/runs/search", data='"{\\"experiment_ids\\": [\\"%s\\"]}"' % made, headers={"Content-Type": "application/json"})
    equal(found.json()["runs"][0]["info"]["run_id"], run)
    answer = send(world, "POST", f"{api}/experiments/create", data="{no json", headers={"Content-Type": "application/json"})
    equal((answer.status_code, answer.json()["error_code"]), (400, "INVALID_PARAMETER_VALUE"))
    equal(send(world, "POST", f"{api}/experiments/create", data="name=x", headers={"Content-Type": "text/plain"}).status_code, 400)


@check("what is empty is left out; int64 are numbers; both ids of a run")
def shapes(world):
    made = world.experiment()
    run = send(world, "POST", f"{api}/runs/create", json={"experiment_id": made, "start_time": 1_700_000_000_000}).json()["run"]
    equal(run["info"]["run_uuid"], run["info"]["run_id"])
    equal(run["info"]["start_time"], 1_700_000_000_000)
    holds("end_time" not in run["info"] and "params" not in run["data"], str(run))
    equal(send(world, "POST", f"{api}/runs/search", json={"experiment_ids": [made], "filter": "params.x = '1'"}).json(), {})
    equal(send(world, "POST", f"{api}/runs/log-batch", json={"run_id": run["info"]["run_id"]}).json(), {})


@check("points of many runs, thinned to steps")
def bulk(world):
    from mlflow.entities import Metric

    made = world.experiment()
    client = world.client
    runs = [client.create_run(made).info.run_id for _ in range(2)]
    for run in runs:
        client.log_batch(run, [Metric("loss", n / 100, 1000 + n, n) for n in range(100)])
    answer = send(world, "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params={"run_ids": runs, "metric_key": "loss", "max_results": 10})
    points = answer.json()["metrics"]
    for run in runs:
        steps = [one["step"] for one in points if one["run_id"] == run]
        holds(10 <= len(steps) <= 12 and {0, 99} <= set(steps) and steps == sorted(steps), str(steps))
    answer = send(world, "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params={"run_ids": runs, "metric_key": "loss", "start_step": 20, "end_step": 23})
    equal(sorted({one["step"] for one in answer.json()["metrics"]} - {0, 99}), [20, 21, 22, 23])
    answer = send(world, "GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params={"run_ids": runs, "metric_key": "loss", "max_results": 2501})
    equal(answer.status_code, 400)


@check("a history without max_results is the whole history", ours=True)
def whole_history(world):
    run = world.client.create_run(world.experiment()).info.run_id
    for n in range(3):
        world.client.log_metric(run, "m", n, timestamp=n, step=n)
    answer = send(world, "GET", f"{api}/metrics/get-history", params={"run_id": run, "metric_key": "m"}).json()
    equal([one["value"] for one in answer["metrics"]], [0, 1, 2])
    page = send(world, "GET", f"{api}/metrics/get-history", params={"run_id": run, "metric_key": "m", "max_results": 2}).json()
    rest = send(world, "GET", f"{api}/metrics/get-history", params={"run_id": run, "metric_key": "m", "max_results": 2, "page_token": page["next_page_token"]}).json()
    equal([one["value"] for one in page["metrics"] + rest["metrics"]], [0, 1, 2])
