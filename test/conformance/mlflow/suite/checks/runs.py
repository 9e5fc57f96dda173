import math
import time

import mlflow
from harness import check, equal, holds, refused
from mlflow.entities import Metric, Param, RunStatus, RunTag


def points(client, run_id, key):
    return [(one.step, one.timestamp, one.value) for one in client.get_metric_history(run_id, key)]


@check("start_run: name, tags, description, status and times; unicode")
def start(world):
    world.experiment()
    with mlflow.start_run(run_name="Läufer 走る", tags={"size": "größe"}, description="**what** it is") as run:
        equal(run.info.status, "RUNNING")
    found = mlflow.get_run(run.info.run_id)
    equal(found.info.run_name, "Läufer 走る")
    equal(found.data.tags["mlflow.runName"], "Läufer 走る")
    equal(found.data.tags["mlflow.note.content"], "**what** it is")
    equal(found.data.tags["size"], "größe")
    equal(found.info.status, "FINISHED")
    holds(found.info.end_time >= found.info.start_time, "ends after it starts")
    equal(found.info.artifact_uri, f"mlflow-artifacts:/{found.info.experiment_id}/{found.info.run_id}/artifacts")
    holds(len(found.info.run_id) == 32, "32 hexadecimal digits")


@check("a run without a name gets one, in the field and in the tag")
def named(world):
    world.experiment()
    with mlflow.start_run() as run:
        pass
    found = mlflow.get_run(run.info.run_id)
    holds(found.info.run_name, "a name")
    equal(found.data.tags["mlflow.runName"], found.info.run_name)


@check("nested runs carry their parent; a failing block fails its run")
def nested(world):
    made = world.experiment()
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("depth", 1)
            with mlflow.start_run(nested=True) as grandchild:
                pass
        try:
            with mlflow.start_run(nested=True) as broken:
                raise ValueError("on purpose")
        except ValueError:
            pass
    equal(mlflow.get_run(child.info.run_id).data.tags["mlflow.parentRunId"], parent.info.run_id)
    equal(mlflow.get_parent_run(grandchild.info.run_id).info.run_id, child.info.run_id)
    equal(mlflow.get_run(broken.info.run_id).info.status, "FAILED")
    found = world.client.search_runs([made], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    equal({one.info.run_id for one in found}, {child.info.run_id, broken.info.run_id})


@check("params: any value as text, long and unicode ones, write-once with exact errors")
def params(world):
    world.experiment()
    with mlflow.start_run() as run:
        mlflow.log_param("rate", 0.01)
        mlflow.log_params({"depth": 3, "none": None, "list": [1, "zwei"], "a/b.c-d e:f": "ok", "text": "ünï" * 100})
        mlflow.log_param("long", "x" * 6000)
        mlflow.log_param("rate", 0.01)
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_param("rate", 0.02), "Changing param values is not allowed")
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_params({"rate": 1}), "Changing param values is not allowed")
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_param("../up", 1))
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_param("what?", 1))
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_param("k" * 251, 1))
    data = mlflow.get_run(run.info.run_id).data.params
    equal({k: data[k] for k in ("rate", "depth", "none", "list", "a/b.c-d e:f")}, {"rate": "0.01", "depth": "3", "none": "None", "list": "[1, 'zwei']", "a/b.c-d e:f": "ok"})
    equal(data["text"], "ünï" * 100)
    equal(len(data["long"]), 6000)


@check("overlong params and tags are cut where the server cuts them")
def truncated(world):
    made = world.experiment()
    run = world.client.create_run(made).info.run_id
    world.client.log_param(run, "long", "p" * 6001)
    world.client.set_tag(run, "long", "t" * 8001)
    data = world.client.get_run(run).data
    equal(len(data.params["long"]), 6000)
    equal(len(data.tags["long"]), 8000)


@check("metrics: steps, timestamps, NaN, infinities, integers, booleans; the latest is by step, then time, then value")
def metrics(world):
    client = world.client
    run = client.create_run(world.experiment()).info.run_id
    for step, timestamp, value in [(2, 1000, 0.5), (1, 2000, 0.9), (2, 900, 0.7), (-3, 5000, 8.0), (2, 1000, 0.4)]:
        client.log_metric(run, "loss", value, timestamp=timestamp, step=step)
    client.log_metric(run, "loss", 0.5, timestamp=1000, step=2)
    equal(client.get_run(run).data.metrics["loss"], 0.5, "latest")
    equal(len(points(client, run, "loss")), 5, "points: the same one twice is one")
    equal(
        points(client, run, "loss"),
        [(2, 900, 0.7), (2, 1000, 0.4), (2, 1000, 0.5), (1, 2000, 0.9), (-3, 5000, 8.0)],
        "by time, step, value",
    )
    client.log_metric(run, "nan", math.nan, timestamp=1, step=0)
    client.log_metric(run, "up", math.inf, timestamp=1, step=0)
    client.log_metric(run, "down", -math.inf, timestamp=1, step=0)
    client.log_metric(run, "whole", 7, timestamp=1, step=2**53 - 1)
    client.log_metric(run, "tiny", 5e-324, timestamp=1)
    data = client.get_run(run).data.metrics
    holds(math.isnan(data["nan"]) and math.isnan(points(client, run, "nan")[0][2]), "NaN comes back")
    equal((data["up"], data["down"]), (1.7976931348623157e308, -1.7976931348623157e308))
    equal(points(client, run, "whole"), [(2**53 - 1, 1, 7.0)])
    equal(data["tiny"], 5e-324)
    equal(points(client, run, "never"), [])


@check("metrics refuse what are no numbers, and bad names")
def bad_metrics(world):
    world.experiment()
    with mlflow.start_run() as run:
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_metric("../x", 1))
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_metric("k" * 251, 1))
        refused("INVALID_PARAMETER_VALUE", lambda: mlflow.log_metrics({"good": 1, "": 2}))
    equal(mlflow.get_run(run.info.run_id).data.metrics, {})


@check("asynchronous logging from many threads loses nothing")
def asynchronous(world):
    world.experiment()
    with mlflow.start_run() as run:
        pending = [mlflow.log_metric("loss", n / 10, step=n, timestamp=1000 + n, synchronous=False) for n in range(20)]
        pending.append(mlflow.log_param("p", 1, synchronous=False))
        pending.append(mlflow.set_tag("t", "später", synchronous=False))
        for one in pending:
            one.wait()
        mlflow.flush_async_logging()
    equal(points(world.client, run.info.run_id, "loss"), [(n, 1000 + n, n / 10) for n in range(20)])
    data = mlflow.get_run(run.info.run_id).data
    equal((data.params["p"], data.tags["t"], data.metrics["loss"]), ("1", "später", 1.9))


@check("log_batch: all kinds at once, limits, double keys, identical twice")
def batch(world):
    client = world.client
    run = client.create_run(world.experiment()).info.run_id
    many = [Metric(f"m{n % 40}", n, 1000 + n, n) for n in range(880)]
    some = [Param(f"p{n}", str(n)) for n in range(60)]
    tags = [RunTag(f"t{n}", f"wert {n}") for n in range(60)]
    for _ in range(2):
        client.log_batch(run, many, some, tags)
    data = client.get_run(run).data
    equal((len(data.metrics), len(data.params)), (40, 60))
    equal((data.metrics["m0"], data.params["p59"], data.tags["t9"]), (840.0, "59", "wert 9"))
    equal(len(client.get_metric_history(run, "m0")), 22)
    store = client._tracking_client.store
    # The client cuts large batches itself; its store sends them as they are.
    refused("INVALID_PARAMETER_VALUE", lambda: store.log_batch(run, [Metric("m", n, 1, n) for n in range(1001)], [], []), "1000")
    refused("INVALID_PARAMETER_VALUE", lambda: store.log_batch(run, [], [Param(f"q{n}", "1") for n in range(101)], []), "100")
    refused("INVALID_PARAMETER_VALUE", lambda: store.log_batch(run, [], [], [RunTag(f"q{n}", "1") for n in range(101)]), "100")
    refused("INVALID_PARAMETER_VALUE", lambda: store.log_batch(run, [], [Param("twice", "1"), Param("twice", "2")], []))
    refused(
        "INVALID_PARAMETER_VALUE",
        lambda: store.log_batch(run, [Metric("fresh", 1, 1, 1)], [Param("p1", "other")], [RunTag("fresh", "1")]),
        "Changing param values is not allowed",
    )
    data = client.get_run(run).data
    holds("fresh" not in data.metrics and "fresh" not in data.tags, "a conflicting param keeps the rest out")


@check("a long history comes in pages and whole")
def history(world):
    client = world.client
    run = client.create_run(world.experiment()).info.run_id
    for start in range(0, 26_000, 1000):
        client.log_batch(run, [Metric("loss", n, 1000 + n, n) for n in range(start, start + 1000)])
    found = client.get_metric_history(run, "loss")
    equal([one.step for one in found], list(range(26_000)))


@check("tags are set, overwritten, deleted; an unknown one is RESOURCE_DOES_NOT_EXIST")
def tags(world):
    client = world.client
    run = client.create_run(world.experiment(), tags={"a": "1"}).info.run_id
    client.set_tag(run, "a", "zwei")
    client.set_tag(run, "b", 3)
    client.delete_tag(run, "b")
    data = client.get_run(run).data.tags
    holds(data["a"] == "zwei" and "b" not in data, str(data))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_tag(run, "b"))


@check("the run's name and its tag are one; update_run and set_terminated")
def update(world):
    client = world.client
    run = client.create_run(world.experiment(), run_name="one").info.run_id
    client.update_run(run, name="two")
    equal(client.get_run(run).data.tags["mlflow.runName"], "two")
    client.set_tag(run, "mlflow.runName", "three")
    equal(client.get_run(run).info.run_name, "three")
    client.set_terminated(run, RunStatus.to_string(RunStatus.KILLED), end_time=1_700_000_000_000)
    info = client.get_run(run).info
    equal((info.status, info.end_time, info.run_name), ("KILLED", 1_700_000_000_000, "three"))
    client.log_metric(run, "late", 1)
    equal(client.get_run(run).data.metrics["late"], 1.0, "a run that has ended is still written")
    with mlflow.start_run(run_id=run):
        equal(client.get_run(run).info.status, "RUNNING", "resumed")


@check("deleted runs are read but not written; restored ones are")
def deleted(world):
    client = world.client
    made = world.experiment()
    run = client.create_run(made).info.run_id
    client.delete_run(run)
    client.delete_run(run)
    equal(client.get_run(run).info.lifecycle_stage, "deleted")
    for write in (
        lambda: client.log_metric(run, "m", 1),
        lambda: client.log_param(run, "p", 1),
        lambda: client.set_tag(run, "t", 1),
        lambda: client.log_batch(run, [Metric("m", 1, 1, 1)]),
        lambda: client.set_terminated(run),
    ):
        refused("INVALID_PARAMETER_VALUE", write, "must be in the 'active' state")
    equal(list(client.search_runs([made])), [])
    client.restore_run(run)
    client.log_metric(run, "m", 1)
    equal(len(client.search_runs([made])), 1)


@check("unknown runs are RESOURCE_DOES_NOT_EXIST everywhere")
def unknown(world):
    client = world.client
    never = "0123456789abcdef0123456789abcdef"
    for call in (
        lambda: client.get_run(never),
        lambda: client.log_metric(never, "m", 1),
        lambda: client.log_param(never, "p", 1),
        lambda: client.set_tag(never, "t", 1),
        lambda: client.log_batch(never, [Metric("m", 1, 1, 1)]),
        lambda: client.delete_run(never),
        lambda: client.restore_run(never),
        lambda: client.list_artifacts(never),
    ):
        refused("RESOURCE_DOES_NOT_EXIST", call, never)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.create_run("999999999"))


@check("times that the client gives are kept")
def times(world):
    client = world.client
    made = world.experiment()
    started = int(time.time() * 1000) - 5000
    run = client.create_run(made, start_time=started)
    equal(client.get_run(run.info.run_id).info.start_time, started)
