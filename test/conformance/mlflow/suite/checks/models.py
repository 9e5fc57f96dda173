import os

import mlflow
from harness import check, equal, holds, refused


def fitted(depth=2):
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier

    rows, labels = load_iris(return_X_y=True, as_frame=True)
    return DecisionTreeClassifier(max_depth=depth, random_state=0).fit(rows, labels), rows, labels


def log_model(model, name="model", **options):
    """`log_model` of either line of the client."""
    from harness import V3

    where = {"name": name} if V3 else {"artifact_path": name}
    if V3:
        options.setdefault("serialization_format", "cloudpickle")
    # Naming them spares the client asking an index which requirements there are.
    return mlflow.sklearn.log_model(model, **where, pip_requirements=["scikit-learn"], **options)


@check("sklearn.log_model with registration; loaded by every kind of address")
def register(world):
    name = world.name("iris")
    world.experiment()
    model, rows, _ = fitted()
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 2)
        mlflow.log_metric("acc", 0.9)
        info = log_model(model, registered_model_name=name, input_example=rows.head(2), signature=mlflow.models.infer_signature(rows, model.predict(rows)))
    client = world.client
    equal(str(info.registered_model_version), "1")
    version = client.get_model_version(name, "1")
    equal((version.status, version.run_id, str(version.version)), ("READY", run.info.run_id, "1"))
    client.set_registered_model_alias(name, "champion", "1")
    expected = list(model.predict(rows))
    client.transition_model_version_stage(name, "1", "Staging")
    addresses = [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/Staging", f"models:/{name}/latest", f"runs:/{run.info.run_id}/model", info.model_uri]
    for address in addresses:
        equal(list(mlflow.pyfunc.load_model(address).predict(rows)), expected, address)
    equal(mlflow.sklearn.load_model(f"models:/{name}@champion").max_depth, 2)
    found = mlflow.models.get_model_info(f"models:/{name}/1")
    equal(found.signature.inputs.input_names(), list(rows.columns))
    equal(found.run_id, run.info.run_id)
    holds(client.get_model_version_download_uri(name, "1"), "a place to download from")
    again = mlflow.register_model(info.model_uri, name)
    equal(str(again.version), "2")
    third = mlflow.register_model(f"runs:/{run.info.run_id}/model", name, tags={"how": "by run"})
    equal((str(third.version), client.get_model_version(name, "3").tags["how"]), ("3", "by run"))
    equal(list(mlflow.pyfunc.load_model(f"models:/{name}/3").predict(rows)), expected)


@check("a model is copied to another name, and loads from there")
def copy(world):
    model, rows, _ = fitted()
    world.experiment()
    source, target = world.name("source"), world.name("target")
    with mlflow.start_run():
        log_model(model, registered_model_name=source)
    copied = world.client.copy_model_version(f"models:/{source}/1", target)
    equal((copied.name, str(copied.version)), (target, "1"))
    again = world.client.copy_model_version(f"models:/{source}/1", target)
    equal(str(again.version), "2")
    equal(list(mlflow.pyfunc.load_model(f"models:/{target}/2").predict(rows)), list(model.predict(rows)))
    refused("INTERNAL_ERROR", lambda: world.client.copy_model_version(f"models:/{source}/9", target), "RESOURCE_DOES_NOT_EXIST")


@check("autolog of a fit and a score: params, metrics, the model, the dataset")
def autolog(world):
    made = world.experiment()
    mlflow.sklearn.autolog(log_input_examples=False, silent=True)
    model, rows, labels = fitted(3)
    model.score(rows, labels)
    mlflow.sklearn.autolog(disable=True, silent=True)
    mlflow.flush_async_logging()
    (run,) = world.client.search_runs([made])
    equal(run.info.status, "FINISHED")
    equal((run.data.params["max_depth"], run.data.params["criterion"]), ("3", "gini"))
    holds(run.data.metrics["training_accuracy_score"] > 0.9, str(run.data.metrics))
    holds(any(key.startswith("DecisionTreeClassifier_score") for key in run.data.metrics), "the score made after the fit")
    equal(run.data.tags["mlflow.autologging"], "sklearn")
    equal(run.inputs.dataset_inputs[0].tags[0].value, "train")
    files = {one.path for one in world.client.list_artifacts(run.info.run_id)}
    holds({"estimator.html", "metric_info.json", "training_confusion_matrix.png"} <= files, str(files))
    equal(list(mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model").predict(rows)), list(model.predict(rows)))


@check("autolog of a grid search: parent, children, the best model, the table of results")
def grid(world):
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV
    from sklearn.tree import DecisionTreeClassifier

    made = world.experiment()
    mlflow.sklearn.autolog(log_input_examples=False, silent=True, max_tuning_runs=3)
    rows, labels = load_iris(return_X_y=True, as_frame=True)
    GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=2).fit(rows, labels)
    mlflow.sklearn.autolog(disable=True, silent=True)
    mlflow.flush_async_logging()
    runs = world.client.search_runs([made])
    equal(len(runs), 4)
    (parent,) = [one for one in runs if "mlflow.parentRunId" not in one.data.tags]
    children = [one for one in runs if one is not parent]
    equal({one.data.tags["mlflow.parentRunId"] for one in children}, {parent.info.run_id})
    equal(sorted(one.data.params["max_depth"] for one in children), ["1", "2", "3"])
    holds(all("mean_test_score" in one.data.metrics for one in children), "their scores")
    holds(parent.data.metrics["best_cv_score"] > 0.9 and "best_max_depth" in parent.data.params, str(parent.data))
    table = mlflow.artifacts.load_text(f"runs:/{parent.info.run_id}/cv_results.csv")
    equal(len(table.strip().splitlines()), 4)
    holds(mlflow.sklearn.load_model(f"runs:/{parent.info.run_id}/best_estimator").max_depth in (2, 3), "the best")
    best = world.client.search_runs([made], "metrics.mean_test_score > 0", order_by=["metrics.mean_test_score DESC"], max_results=1)
    equal(best[0].data.metrics["mean_test_score"], parent.data.metrics["best_cv_score"])


@check("mlflow.models.evaluate of a classifier: metrics, plots, the dataset of the evaluation")
def evaluate(world):
    world.experiment()
    model, rows, labels = fitted()
    table = rows.assign(label=labels)
    with mlflow.start_run() as run:
        info = log_model(model, signature=mlflow.models.infer_signature(rows, model.predict(rows)))
        dataset = mlflow.data.from_pandas(table, targets="label", name="iris")
        result = mlflow.models.evaluate(info.model_uri, dataset, model_type="classifier", evaluators="default", evaluator_config={"log_explainer": False})
    found = mlflow.get_run(run.info.run_id)
    holds(result.metrics["accuracy_score"] > 0.9, str(result.metrics))
    equal(found.data.metrics["accuracy_score"], result.metrics["accuracy_score"])
    names = {one.path for one in world.client.list_artifacts(run.info.run_id)}
    holds("confusion_matrix.png" in names and "per_class_metrics.csv" in names, str(names))
    holds("iris" in {one.dataset.name for one in found.inputs.dataset_inputs}, "its dataset")


@check("a pyfunc of one's own with files beside it")
def pyfunc(world):
    world.experiment()
    name = world.name("own")
    path = world.file("factor.txt", "3")

    class Times(mlflow.pyfunc.PythonModel):
        def load_context(self, context):
            with open(context.artifacts["factor"]) as file:
                self.factor = int(file.read())

        def predict(self, context, model_input, params=None):
            return model_input * self.factor

    import pandas as pd
    from harness import V3

    Times.__module__ = "__main__"
    with mlflow.start_run():
        mlflow.pyfunc.log_model(**({"name": "own"} if V3 else {"artifact_path": "own"}), python_model=Times(), artifacts={"factor": str(path)}, registered_model_name=name, pip_requirements=["mlflow"])
    loaded = mlflow.pyfunc.load_model(f"models:/{name}/1")
    equal(loaded.predict(pd.DataFrame({"x": [1, 2]}))["x"].tolist(), [3, 6])
    target = world.new_folder()
    mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(target))
    holds(os.path.exists(target / "MLmodel"), "its files")
