import mlflow
from harness import check, equal, holds, refused


@check("an evaluation dataset: made, filled, read, tagged, searched, deleted", since=3)
def lifecycle(world):
    from mlflow.genai import datasets

    made = world.experiment()
    name = world.name("Fragen über Städte")
    dataset = datasets.create_dataset(name=name, experiment_id=[made], tags={"team": "α"})
    equal((dataset.name, dataset.tags["team"], dataset.experiment_ids), (name, "α", [made]))
    holds(dataset.dataset_id.startswith("d-"), dataset.dataset_id)
    dataset.merge_records([
        {"inputs": {"question": "Hauptstadt von Österreich?"}, "expectations": {"answer": "Wien"}, "tags": {"n": "1"}},
        {"inputs": {"question": "首都は?"}, "expectations": {"answer": "東京"}},
    ])
    dataset.merge_records([{"inputs": {"question": "首都は?"}, "expectations": {"answer": "東京都"}}])
    loaded = datasets.get_dataset(dataset_id=dataset.dataset_id)
    frame = loaded.to_df()
    equal(len(frame), 2)
    answers = {row["inputs"]["question"]: row["expectations"]["answer"] for _, row in frame.iterrows()}
    equal(answers, {"Hauptstadt von Österreich?": "Wien", "首都は?": "東京都"})
    datasets.set_dataset_tags(dataset_id=dataset.dataset_id, tags={"team": "β", "more": "1"})
    datasets.delete_dataset_tag(dataset_id=dataset.dataset_id, key="more")
    equal({key: value for key, value in datasets.get_dataset(dataset_id=dataset.dataset_id).tags.items() if key in ("team", "more")}, {"team": "β"})
    found = datasets.search_datasets(experiment_ids=[made], filter_string=f"name = '{name}'")
    equal([one.dataset_id for one in found], [dataset.dataset_id])
    other = world.experiment()
    datasets.add_dataset_to_experiments(dataset.dataset_id, [other])
    equal(sorted(datasets.get_dataset(dataset_id=dataset.dataset_id).experiment_ids), sorted([made, other]))
    datasets.remove_dataset_from_experiments(dataset.dataset_id, [made])
    equal(datasets.get_dataset(dataset_id=dataset.dataset_id).experiment_ids, [other])
    datasets.delete_dataset(dataset_id=dataset.dataset_id)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: datasets.get_dataset(dataset_id=dataset.dataset_id))


@check("records from traces", since=3)
def from_traces(world):
    from checks.traces import stored, traced
    from mlflow.genai import datasets

    made = world.experiment()
    trace_id = traced(world)
    stored(trace_id)
    mlflow.log_expectation(trace_id=trace_id, name="answer", value="Welt")
    dataset = datasets.create_dataset(name=world.name("from traces"), experiment_id=[made])
    dataset.merge_records([mlflow.get_trace(trace_id)])
    frame = datasets.get_dataset(dataset_id=dataset.dataset_id).to_df()
    equal(len(frame), 1)
    equal(frame.iloc[0]["expectations"], {"answer": "Welt"})
    equal(frame.iloc[0]["source_type"], "TRACE")
