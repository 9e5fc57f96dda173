import os

import mlflow
import requests
from harness import check, equal, holds, refused

names = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")


class Credentials:
    """The client's credentials, as users set them."""

    def __init__(self, **values):
        self.values = values

    def __enter__(self):
        os.environ.update(self.values)

    def __exit__(self, *_):
        for name in names:
            os.environ.pop(name, None)


@check("without credentials or with wrong ones nothing is done", ours=True)
def nothing(world):
    guarded = world.server["guarded"]
    client = mlflow.MlflowClient(guarded["url"], guarded["url"])
    for values in ({}, {"MLFLOW_TRACKING_TOKEN": "wrong"}, {"MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p"}):
        with Credentials(**values):
            refused("UNAUTHENTICATED", lambda: client.get_experiment("0"))
    answer = requests.get(f"{guarded['url']}/api/2.0/mlflow/experiments/get?experiment_id=0")
    equal((answer.status_code, answer.headers["www-authenticate"]), (401, 'Basic realm="mlflow"'))
    equal(requests.get(f"{guarded['url']}/health").text, "OK")


@check("a token as Bearer, and as the password of Basic", ours=True)
def accepted(world):
    guarded = world.server["guarded"]
    client = mlflow.MlflowClient(guarded["url"], guarded["url"])
    for number, values in enumerate(
        (
            {"MLFLOW_TRACKING_TOKEN": guarded["token"]},
            {"MLFLOW_TRACKING_USERNAME": "whoever", "MLFLOW_TRACKING_PASSWORD": guarded["token"]},
        )
    ):
        with Credentials(**values):
            made = client.create_experiment(world.name(f"guarded-{number}"))
            run = client.create_run(made).info.run_id
            client.log_metric(run, "m", 1)
            # Where files go is asked of the address that is set, not of the client's own.
            mlflow.set_tracking_uri(guarded["url"])
            client.log_text(run, "hello", "a.txt")
            path = client.download_artifacts(run, "a.txt", str(world.new_folder()))
            equal(open(path).read(), "hello")
            equal(client.get_run(run).data.metrics, {"m": 1.0})


@check("a token that may only read is refused writes with PERMISSION_DENIED", ours=True)
def reader(world):
    guarded = world.server["guarded"]
    client = mlflow.MlflowClient(guarded["url"], guarded["url"])
    with Credentials(MLFLOW_TRACKING_TOKEN=guarded["readerToken"]):
        equal(client.get_experiment("0").name, "Default")
        holds(client.search_experiments() is not None, "search is reading")
        refused("PERMISSION_DENIED", lambda: client.create_experiment(world.name("refused")))
