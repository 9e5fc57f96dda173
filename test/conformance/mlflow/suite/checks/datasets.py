import json

import mlflow
from harness import check, equal, holds


@check("datasets of pandas and numpy are inputs of a run, with context, schema and profile")
def inputs(world):
    import numpy as np
    import pandas as pd

    made = world.experiment()
    frame = pd.DataFrame({"größe": [1.5, 2.5], "label": [0, 1]})
    with mlflow.start_run() as run:
        dataset = mlflow.data.from_pandas(frame, source="https://example.test/flüge.csv", name="flights", targets="label")
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(mlflow.data.from_numpy(np.arange(6).reshape(2, 3), name="grid"), context="eval", tags={"split": "b"})
    found = mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    equal(sorted(one.dataset.name for one in found), ["flights", "grid"])
    flights = next(one for one in found if one.dataset.name == "flights")
    equal({tag.key: tag.value for tag in flights.tags}, {"mlflow.data.context": "training"})
    equal(flights.dataset.digest, dataset.digest)
    equal(flights.dataset.source_type, "http")
    equal(json.loads(flights.dataset.source)["url"], "https://example.test/flüge.csv")
    equal(json.loads(flights.dataset.profile), {"num_rows": 2, "num_elements": 4})
    equal([one["name"] for one in json.loads(flights.dataset.schema)["mlflow_colspec"]], ["größe", "label"])
    grid = next(one for one in found if one.dataset.name == "grid")
    equal({tag.key: tag.value for tag in grid.tags}, {"mlflow.data.context": "eval", "split": "b"})
    client = world.client
    for text, expected in [
        ("datasets.name = 'flights'", 1),
        (f"dataset.digest = '{dataset.digest}'", 1),
        ("datasets.context = 'eval' AND datasets.name = 'grid'", 1),
        ("datasets.name IN ('flights', 'never')", 1),
        ("datasets.name LIKE 'fl%'", 1),
        ("datasets.name = 'never'", 0),
    ]:
        equal(len(client.search_runs([made], text)), expected, text)


@check("the source of a dataset is found again and read")
def source(world):
    import pandas as pd

    world.experiment()
    path = world.file("rows.csv", "a,b\n1,2\n3,4\n")
    with mlflow.start_run() as run:
        mlflow.log_input(mlflow.data.from_pandas(pd.read_csv(path), source=str(path), name="rows"))
    found = mlflow.get_run(run.info.run_id).inputs.dataset_inputs[0]
    local = mlflow.data.get_source(found).load()
    equal(open(local).read(), "a,b\n1,2\n3,4\n")


@check("the same dataset in two runs is one in the experiment")
def shared(world):
    import pandas as pd
    import requests

    made = world.experiment()
    dataset = mlflow.data.from_pandas(pd.DataFrame({"x": [1]}), name="shared")
    for context in ("training", "testing"):
        with mlflow.start_run():
            mlflow.log_input(dataset, context=context)
    answer = requests.post(f"{world.url}/ajax-api/2.0/mlflow/experiments/search-datasets", json={"experiment_ids": [made]})
    found = answer.json()["dataset_summaries"]
    equal(sorted(one["context"] for one in found), ["testing", "training"])
    equal({(one["experiment_id"], one["name"], one["digest"]) for one in found}, {(made, "shared", dataset.digest)})
    holds(len(mlflow.search_runs([made], "datasets.context = 'testing'")) == 1, "found by its context")
