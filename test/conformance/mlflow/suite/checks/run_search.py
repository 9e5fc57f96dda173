import math

import mlflow
from harness import check, equal, holds, refused
from mlflow.entities import ViewType


def seed(world):
    """Nine runs with known values, by number."""
    client = world.client
    made = world.experiment("search")
    for n in range(9):
        run = client.create_run(made, start_time=1_700_000_000_000 + n, run_name=f"Run {n}", tags={"kind": "even" if n % 2 == 0 else "odd"})
        run_id = run.info.run_id
        client.log_param(run_id, "n", n)
        client.log_param(run_id, "groesse", "klein" if n < 3 else "Groß")
        value = {3: math.nan, 4: math.inf}.get(n, n / 10)
        if n != 8:
            client.log_metric(run_id, "val/acc uracy", value, timestamp=1, step=0)
        if n == 7:
            client.set_tag(run_id, "only one", "yes")
        client.set_terminated(run_id, "FAILED" if n == 2 else "FINISHED", end_time=1_700_000_100_000 + n)
    return client, made


@check("filters on metrics, params, tags and attributes")
def filters(world):
    client, made = seed(world)

    def found(text, **options):
        return [int(one.data.params["n"]) for one in client.search_runs([made], text, order_by=["start_time"], **options)]

    acc = "metrics.`val/acc uracy`"
    for text, expected in [
        ("", list(range(9))),
        (f"{acc} > 0.15 and {acc} <= 0.6", [2, 5, 6]),
        (f"{acc} = 0.5", [5]),
        (f"{acc} != 0.5 AND params.n != '3'", [0, 1, 2, 4, 6, 7]),
        ("params.n = '4'", [4]),
        ("params.groesse LIKE 'Gr%'", [3, 4, 5, 6, 7, 8]),
        ("params.groesse LIKE 'gr%'", []),
        ("param.groesse ILIKE 'GRO%'", [3, 4, 5, 6, 7, 8]),
        ("tags.kind = 'even'", [0, 2, 4, 6, 8]),
        ("tag.kind != \"even\" AND params.n != '1'", [3, 5, 7]),
        ("tags.\"only one\" = 'yes'", [7]),
        ("tags.`only one` != 'no'", [7]),
        ("attributes.status = 'FAILED'", [2]),
        ("status != 'FINISHED'", [2]),
        ("attr.run_name = 'Run 5'", [5]),
        ("run_name LIKE '%7'", [7]),
        ("`Run name` ILIKE 'run 8'", [8]),
        ("tags.mlflow.runName = 'Run 1'", [1]),
        ("start_time >= 1700000000007", [7, 8]),
        ("created < 1700000000002", [0, 1]),
        ("end_time = 1700000100003", [3]),
    ]:
        equal(found(text), expected, text)
    ids = [one.info.run_id for one in client.search_runs([made], order_by=["start_time"])]
    equal(found(f"run_id IN ('{ids[1]}', '{ids[3]}')"), [1, 3])
    equal(found(f"attributes.run_id = '{ids[2]}'"), [2])
    equal(found(f"run_id NOT IN ('{ids[1]}', '{ids[3]}') AND status = 'FINISHED'"), [0, 4, 5, 6, 7, 8])


@check("runs are found by the address of their artifacts")
def by_artifacts(world):
    client = world.client
    made = world.experiment()
    runs = [client.create_run(made).info for _ in range(2)]
    found = client.search_runs([made], f"artifact_uri = '{runs[1].artifact_uri}'")
    equal([one.info.run_id for one in found], [runs[1].run_id])
    found = client.search_runs([made], f"attributes.artifact_uri LIKE '%{runs[0].run_id}%'")
    equal([one.info.run_id for one in found], [runs[0].run_id])


@check("order by attributes, metrics with NaN and missing last, params, tags")
def orders(world):
    client, made = seed(world)

    def found(*orders):
        return [int(one.data.params["n"]) for one in client.search_runs([made], order_by=list(orders))]

    equal(found(), [8, 7, 6, 5, 4, 3, 2, 1, 0], "newest first")
    equal(found("metrics.`val/acc uracy` ASC"), [0, 1, 2, 5, 6, 7, 4, 3, 8])
    equal(found("metrics.`val/acc uracy` DESC"), [4, 7, 6, 5, 2, 1, 0, 3, 8])
    equal(found("params.n DESC"), [8, 7, 6, 5, 4, 3, 2, 1, 0])
    equal(found("tags.kind", "start_time ASC"), [0, 2, 4, 6, 8, 1, 3, 5, 7])
    equal(found("attributes.run_name asc"), list(range(9)))
    equal(found("tags.`only one`", "attribute.end_time")[:2], [7, 0])


@check("pages of runs, and all of them as a data frame")
def pages(world):
    client, made = seed(world)
    seen, token, sizes = [], None, []
    while True:
        page = client.search_runs([made], order_by=["start_time"], max_results=4, page_token=token)
        seen += [int(one.data.params["n"]) for one in page]
        sizes.append(len(page))
        token = page.token
        if not token:
            break
    equal((seen, sizes), (list(range(9)), [4, 4, 1]))
    frame = mlflow.search_runs([made], filter_string="tags.kind = 'odd'", order_by=["start_time"])
    equal(list(frame["params.n"]), ["1", "3", "5", "7"])
    holds(math.isnan(frame["metrics.val/acc uracy"][1]), "NaN in the frame")
    equal(list(frame["status"].unique()), ["FINISHED"])
    name = client.get_experiment(made).name
    equal(len(mlflow.search_runs(experiment_names=[name], output_format="list")), 9)


@check("deleted runs are found when asked for")
def views(world):
    client, made = seed(world)
    first = client.search_runs([made], "params.n = '0'")[0].info.run_id
    client.delete_run(first)
    equal(len(client.search_runs([made])), 8)
    equal(len(client.search_runs([made], run_view_type=ViewType.ALL)), 9)
    equal([one.info.run_id for one in client.search_runs([made], run_view_type=ViewType.DELETED_ONLY)], [first])


@check("experiments together, and none")
def several(world):
    client = world.client
    first, second = world.experiment(), world.experiment()
    one, two = client.create_run(first), client.create_run(second)
    found = client.search_runs([first, second])
    equal({run.info.run_id for run in found}, {one.info.run_id, two.info.run_id})
    equal(list(client.search_runs([])), [])


@check("wrong filters, orders, sizes and tokens are INVALID_PARAMETER_VALUE")
def wrong(world):
    client = world.client
    made = world.experiment()
    for text in (
        "metrics.acc",
        "metrics.acc = 'text'",
        "params.n = 5",
        "bogus.x = '1'",
        "attributes.bogus = '1'",
        "metrics.acc LIKE '5'",
        "params.n > '5'",
        "tags.a = 'unterminated",
        "run_name IN 'x'",
        "start_time > 'yesterday'",
    ):
        refused("INVALID_PARAMETER_VALUE", lambda text=text: client.search_runs([made], text))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([made], order_by=["bogus"]))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([made], order_by=["metrics.a SIDEWAYS"]))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([made], max_results=50_001))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([made], max_results=0))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([made], page_token="junk"))


@check("IS NULL and IS NOT NULL on tags and params", since=3)
def nulls(world):
    client, made = seed(world)

    def found(text):
        return sorted(int(one.data.params["n"]) for one in client.search_runs([made], text))

    equal(found("tags.`only one` IS NOT NULL"), [7])
    equal(found("tags.`only one` IS NULL AND params.groesse = 'klein'"), [0, 1, 2])
    equal(found("params.never IS NULL"), list(range(9)))


@check("OR, NOT and parentheses; an order given twice", ours=True)
def beyond(world):
    client, made = seed(world)

    def found(text, order=("start_time",)):
        return [int(one.data.params["n"]) for one in client.search_runs([made], text, order_by=list(order))]

    equal(found("params.n = '1' OR params.n = '2'"), [1, 2])
    equal(found("tags.kind = 'odd' AND NOT (params.n = '1' OR metrics.`val/acc uracy` >= 0.7)"), [3, 5])
    equal(found("params.n IN ('2', '4')"), [2, 4])
    equal(found("params.n = '1'", ("start_time", "start_time")), [1])
