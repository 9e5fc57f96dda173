import mlflow
from checks.models import fitted, log_model
from harness import check, equal, holds, refused


@check("a logged model: fields, params of its run, metrics by dataset, tags", since=3)
def fields(world):
    import pandas as pd

    made = world.experiment()
    model, rows, _ = fitted()
    with mlflow.start_run() as run:
        mlflow.log_params({"depth": 2})
        mlflow.log_metric("before", 0.1)
        info = log_model(model, params={"own": "ünï"}, tags={"stage": "eins"}, model_type="tree")
        dataset = mlflow.data.from_pandas(pd.DataFrame({"x": [1]}), name="held out")
        mlflow.log_metric("acc", 0.8, model_id=info.model_id, dataset=dataset, step=1)
        mlflow.log_metrics({"acc": 0.9, "f1": 0.5}, model_id=info.model_id, dataset=dataset, step=2)
        mlflow.log_metric("plain", 1.5, model_id=info.model_id)
    found = mlflow.get_logged_model(info.model_id)
    equal((found.name, found.experiment_id, found.source_run_id, str(found.status), found.model_type), ("model", made, run.info.run_id, "READY", "tree"))
    equal(found.params, {"depth": "2", "own": "ünï"})
    equal(found.artifact_location, f"mlflow-artifacts:/{made}/models/{info.model_id}/artifacts")
    metrics = {(one.key, one.step): one for one in found.metrics}
    equal(metrics[("acc", 2)].value, 0.9)
    equal(metrics[("acc", 2)].dataset_name, "held out")
    equal(metrics[("plain", 0)].run_id, run.info.run_id)
    mlflow.set_logged_model_tags(info.model_id, {"stage": "zwei", "more": "1"})
    mlflow.delete_logged_model_tag(info.model_id, "more")
    tags = mlflow.get_logged_model(info.model_id).tags
    holds(tags["stage"] == "zwei" and "more" not in tags, str(tags))
    outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
    equal([one.model_id for one in outputs], [info.model_id])


@check("made, finished, failed and deleted by hand; files of it", since=3)
def lifecycle(world):
    from mlflow.entities import LoggedModelStatus

    made = world.experiment()
    client = world.client
    model = mlflow.initialize_logged_model(name="by-hand", params={"a": "1"}, tags={"b": "2"}, experiment_id=made)
    equal(str(model.status), "PENDING")
    path = world.file("weights.bin", b"\x00\x01\xff" * 100)
    client.log_model_artifact(model.model_id, str(path))
    client.log_model_artifacts(model.model_id, str(world.file("x/y.txt", "y").parent.parent))
    equal({(one.path, one.is_dir) for one in client.list_logged_model_artifacts(model.model_id)}, {("weights.bin", False), ("x", True)})
    client.log_model_params(model.model_id, {"later": "3"})
    equal(mlflow.finalize_logged_model(model.model_id, LoggedModelStatus.FAILED).status, LoggedModelStatus.FAILED)
    equal(mlflow.finalize_logged_model(model.model_id, LoggedModelStatus.READY).status, LoggedModelStatus.READY)
    equal(client.get_logged_model(model.model_id).params, {"a": "1", "later": "3"})
    client.delete_logged_model(model.model_id)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_logged_model(model.model_id))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_logged_model("m-" + "0" * 32))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_logged_model(made, name="a/b"))


@check("an external model, and the active model", since=3)
def external(world):
    world.experiment()
    model = mlflow.create_external_model(name="elsewhere", params={"size": "big"}, model_type="agent")
    equal(str(model.status), "READY")
    mlflow.set_active_model(model_id=model.model_id)
    try:
        with mlflow.start_run() as run:
            mlflow.log_metric("score", 1, model_id=model.model_id)
    finally:
        mlflow.clear_active_model()
    equal(mlflow.get_logged_model(model.model_id).metrics[0].value, 1.0)
    equal([one.model_id for one in mlflow.get_run(run.info.run_id).inputs.model_inputs], [model.model_id])


@check("search_logged_models: filters, metrics of a dataset, order, paging", since=3)
def search(world):
    import pandas as pd

    made = world.experiment()
    client = world.client
    dataset = mlflow.data.from_pandas(pd.DataFrame({"x": [1, 2]}), name="val")
    ids = []
    with mlflow.start_run() as run:
        for n in range(5):
            model = mlflow.initialize_logged_model(name=f"m{n}", params={"n": str(n)}, tags={"kind": "a" if n < 2 else "b"}, model_type="x")
            mlflow.finalize_logged_model(model.model_id, "READY")
            mlflow.log_metric("acc", n / 10, model_id=model.model_id, dataset=dataset)
            ids.append(model.model_id)

    def names(text=None, **options):
        return [one.name for one in client.search_logged_models([made], filter_string=text, **options)]

    by_name = [{"field_name": "name", "ascending": True}]
    for text, expected in [
        (None, ["m0", "m1", "m2", "m3", "m4"]),
        ("name = 'm3'", ["m3"]),
        ("attributes.name LIKE 'm%' AND params.n != '0'", ["m1", "m2", "m3", "m4"]),
        ("tags.kind = 'a'", ["m0", "m1"]),
        ("metrics.acc >= 0.2 AND metrics.acc < 0.4", ["m2", "m3"]),
        (f"source_run_id = '{run.info.run_id}' AND name != 'm0'", ["m1", "m2", "m3", "m4"]),
        ("model_type = 'y'", []),
        (f"model_id IN ('{ids[0]}', '{ids[4]}')", ["m0", "m4"]),
        ("creation_timestamp > 1000", ["m0", "m1", "m2", "m3", "m4"]),
    ]:
        equal(names(text, order_by=by_name), expected, str(text))
    equal(names()[0], "m4", "newest first")
    order = [{"field_name": "metrics.acc", "ascending": False, "dataset_name": "val", "dataset_digest": dataset.digest}]
    equal(names(order_by=order), ["m4", "m3", "m2", "m1", "m0"])
    equal(names("metrics.acc > 0.3", datasets=[{"dataset_name": "val", "dataset_digest": dataset.digest}]), ["m4"])
    equal(names("metrics.acc > 0.3", datasets=[{"dataset_name": "never"}]), [])
    first = client.search_logged_models([made], max_results=3, order_by=by_name)
    rest = client.search_logged_models([made], max_results=3, order_by=by_name, page_token=first.token)
    equal([one.name for one in list(first) + list(rest)], ["m0", "m1", "m2", "m3", "m4"])
    equal(rest.token, None)
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_logged_models([made], page_token="junk"))
    frame = mlflow.search_logged_models([made], filter_string="name = 'm1'")
    equal(list(frame["model_id"]), [ids[1]])


@check("registering writes the version on the logged model", since=3)
def registered(world):
    import json

    name = world.name("tagged")
    world.experiment()
    model, _, _ = fitted()
    with mlflow.start_run():
        info = log_model(model, registered_model_name=name)
    versions = json.loads(mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
    holds({"name": name, "version": 1} in [{"name": one["name"], "version": int(one["version"])} for one in versions], str(versions))


@check("unknown fields are refused, the status is found, OR and parentheses understood", ours=True, since=3)
def beyond(world):
    made = world.experiment()
    client = world.client
    for n in range(3):
        model = mlflow.initialize_logged_model(name=f"m{n}", experiment_id=made)
        if n > 0:
            mlflow.finalize_logged_model(model.model_id, "READY")

    def names(text):
        return sorted(one.name for one in client.search_logged_models([made], filter_string=text))

    equal(names("status = 'READY'"), ["m1", "m2"])
    equal(names("name = 'm0' OR (name = 'm2' AND status = 'READY')"), ["m0", "m2"])
    refused("INVALID_PARAMETER_VALUE", lambda: names("bogus = 'x'"))
