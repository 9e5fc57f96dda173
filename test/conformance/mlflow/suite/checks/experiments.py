import mlflow
from harness import check, equal, holds, refused
from mlflow.entities import ViewType


@check("set_experiment makes it, finds it again, and the run goes there")
def set_experiment(world):
    name = world.name("first")
    made = mlflow.set_experiment(name)
    equal(made.name, name)
    equal(made.lifecycle_stage, "active")
    equal(made.artifact_location, f"mlflow-artifacts:/{made.experiment_id}")
    holds(made.creation_time > 1_600_000_000_000, "creation time in milliseconds")
    equal(mlflow.set_experiment(name).experiment_id, made.experiment_id)
    with mlflow.start_run() as run:
        equal(run.info.experiment_id, made.experiment_id)
    equal(mlflow.set_experiment(experiment_id=made.experiment_id).name, name)


@check("the experiment Default exists as '0'")
def default(world):
    equal(world.client.get_experiment("0").name, "Default")


@check("unknown experiments: None by name, RESOURCE_DOES_NOT_EXIST by id")
def unknown(world):
    equal(world.client.get_experiment_by_name(world.name("never")), None)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: world.client.get_experiment("999999999"))


@check("create with tags and artifact location, unicode names, get by name")
def create(world):
    name = world.name("Überblick 実験 🚲/zwei & drei")
    made = world.client.create_experiment(
        name, artifact_location="mlflow-artifacts:/elsewhere", tags={"team": "Straße", "emoji 1": "🌊"}
    )
    found = world.client.get_experiment_by_name(name)
    equal(found.experiment_id, made)
    equal(found.name, name)
    equal(found.tags, {"team": "Straße", "emoji 1": "🌊"})
    equal(found.artifact_location, "mlflow-artifacts:/elsewhere")
    run = world.client.create_run(made)
    equal(run.info.artifact_uri, f"mlflow-artifacts:/elsewhere/{run.info.run_id}/artifacts")
    world.client.log_text(run.info.run_id, "über", "a.txt")
    equal(mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/a.txt"), "über")


@check("a name that is taken is refused with RESOURCE_ALREADY_EXISTS, empty and overlong ones with INVALID_PARAMETER_VALUE")
def names(world):
    name = world.name("taken")
    world.client.create_experiment(name)
    refused("RESOURCE_ALREADY_EXISTS", lambda: world.client.create_experiment(name), name)
    refused("INVALID_PARAMETER_VALUE", lambda: world.client.create_experiment(""))
    refused("INVALID_PARAMETER_VALUE", lambda: world.client.create_experiment("x" * 501))


@check("tags of an experiment are set, overwritten, deleted; too long ones refused")
def tags(world):
    made = world.experiment()
    mlflow.set_experiment_tag("phase", "one")
    mlflow.set_experiment_tags({"phase": "two", "owner": "Zoë"})
    equal(world.client.get_experiment(made).tags, {"phase": "two", "owner": "Zoë"})
    if hasattr(world.client, "delete_experiment_tag"):
        world.client.delete_experiment_tag(made, "phase")
        equal(world.client.get_experiment(made).tags, {"owner": "Zoë"})
    refused("INVALID_PARAMETER_VALUE", lambda: world.client.set_experiment_tag(made, "long", "x" * 20_001))


@check("rename, delete, restore: runs follow, the name stays taken")
def lifecycle(world):
    client = world.client
    made = world.experiment()
    run = client.create_run(made)
    name = world.name("renamed")
    client.rename_experiment(made, name)
    equal(client.get_experiment(made).name, name)
    client.delete_experiment(made)
    equal(client.get_experiment(made).lifecycle_stage, "deleted")
    equal(client.get_run(run.info.run_id).info.lifecycle_stage, "deleted")
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment(name))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_run(made))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_experiment(made))
    try:
        mlflow.set_experiment(name)
        raise AssertionError("a deleted experiment was set")
    except mlflow.MlflowException as error:
        holds("deleted experiment" in error.message, error.message)
    client.restore_experiment(made)
    equal(client.get_experiment(made).lifecycle_stage, "active")
    equal(client.get_run(run.info.run_id).info.lifecycle_stage, "active")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_experiment("999999999"))


@check("search_experiments: filters, order, view types, paging")
def search(world):
    client = world.client
    stem = world.name("searched")
    ids = [client.create_experiment(f"{stem}-{n}", tags={"n": str(n), "stem": stem}) for n in range(5)]
    client.delete_experiment(ids[4])

    def names(**options):
        return [one.name.rsplit("-", 1)[1] for one in client.search_experiments(**options)]

    mine = f"tags.stem = '{stem}'"
    equal(names(filter_string=mine, order_by=["name ASC"]), ["0", "1", "2", "3"])
    equal(names(filter_string=mine), ["3", "2", "1", "0"], "newest first")
    equal(names(filter_string=mine, order_by=["name DESC"], view_type=ViewType.ALL), ["4", "3", "2", "1", "0"])
    equal(names(filter_string=mine, view_type=ViewType.DELETED_ONLY), ["4"])
    equal(names(filter_string=f"name = '{stem}-2'"), ["2"])
    equal(names(filter_string=f"attribute.name ILIKE '{stem.upper()}-%' AND tags.n != '1'", order_by=["name"]), ["0", "2", "3"])
    equal(names(filter_string=f"name LIKE '{stem}%' and tag.`n` LIKE '3'"), ["3"])
    equal(names(filter_string=f"{mine} AND creation_time > 0 AND last_update_time >= 1000", order_by=["experiment_id ASC"])[0], "0")
    pages, token = [], None
    while True:
        page = client.search_experiments(filter_string=mine, order_by=["name"], max_results=3, page_token=token)
        pages.append(len(page))
        token = page.token
        if not token:
            break
    equal(pages, [3, 1], "sizes of pages")


@check("search_experiments refuses bad filters, orders and sizes")
def bad_search(world):
    find = world.client.search_experiments
    refused("INVALID_PARAMETER_VALUE", lambda: find(filter_string="bogus = 'x'"))
    refused("INVALID_PARAMETER_VALUE", lambda: find(filter_string="name = "))
    refused("INVALID_PARAMETER_VALUE", lambda: find(filter_string="name > 'x'"))
    refused("INVALID_PARAMETER_VALUE", lambda: find(order_by=["bogus"]))
    refused("INVALID_PARAMETER_VALUE", lambda: find(max_results=0))
    refused("INVALID_PARAMETER_VALUE", lambda: find(max_results=50001))


@check("filters may say OR, NOT and parentheses", ours=True)
def beyond(world):
    client = world.client
    stem = world.name("either")
    for n in range(3):
        client.create_experiment(f"{stem}-{n}", tags={"n": str(n)})
    found = client.search_experiments(filter_string=f"name LIKE '{stem}%' AND (tags.n = '0' OR NOT (tags.n = '1'))")
    equal(sorted(one.tags["n"] for one in found), ["0", "2"])
