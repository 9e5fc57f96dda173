import mlflow
from harness import check, equal, holds, refused


def version(world, name, **options):
    """A version of files that a run has."""
    client = world.client
    run = client.create_run(world.experiment()).info.run_id
    client.log_text(run, "x", "model/x.txt")
    uri = client.get_run(run).info.artifact_uri
    return client.create_model_version(name, f"{uri}/model", run_id=run, **options)


@check("a registered model: made, read, described, renamed, deleted; unicode")
def lifecycle(world):
    client = world.client
    name = world.name("Wetter & Flüge 天気")
    made = client.create_registered_model(name, tags={"Land": "Österreich"}, description="*sagt* vorher")
    equal((made.name, made.description, made.tags), (name, "*sagt* vorher", {"Land": "Österreich"}))
    holds(made.creation_timestamp > 1_600_000_000_000, "times")
    equal(client.update_registered_model(name, description="neu").description, "neu")
    version(world, name)
    client.set_registered_model_alias(name, "best", "1")
    renamed = world.name("renamed")
    client.rename_registered_model(name, renamed)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(name))
    equal(client.get_model_version_by_alias(renamed, "best").name, renamed)
    found = client.get_registered_model(renamed)
    equal((found.tags, found.aliases), ({"Land": "Österreich"}, {"best": "1"}))
    client.delete_registered_model(renamed)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(renamed))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(renamed, "1"))
    client.create_registered_model(renamed)


@check("names: taken ones are RESOURCE_ALREADY_EXISTS, bad ones INVALID_PARAMETER_VALUE, unknown ones RESOURCE_DOES_NOT_EXIST")
def names(world):
    client = world.client
    name, other = world.name("taken"), world.name("other")
    client.create_registered_model(name)
    client.create_registered_model(other)
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model(name), name)
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.rename_registered_model(other, name))
    for bad in ("", "a/b", "a:b"):
        refused("INVALID_PARAMETER_VALUE", lambda bad=bad: client.create_registered_model(bad))
    never = world.name("never")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(never), never)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.update_registered_model(never, "x"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_registered_model(never))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.set_registered_model_tag(never, "a", "b"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(name, "1"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: version(world, never))
    refused("INVALID_PARAMETER_VALUE", lambda: client.get_model_version(name, "one"))


@check("versions count up, are never used again, are described, tagged and deleted")
def versions(world):
    client = world.client
    name = world.name("counted")
    client.create_registered_model(name)
    first = version(world, name, tags={"a": "1"}, description="erste")
    second = version(world, name)
    equal((str(first.version), str(second.version)), ("1", "2"))
    equal((first.status, first.current_stage, first.description, first.tags), ("READY", "None", "erste", {"a": "1"}))
    holds(first.run_id and first.source.startswith("mlflow-artifacts:/"), str(first))
    client.update_model_version(name, "2", description="zweite")
    equal(client.get_model_version(name, "2").description, "zweite")
    client.delete_model_version(name, "2")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(name, "2"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_model_version(name, "2"))
    equal(str(version(world, name).version), "3")
    client.set_model_version_tag(name, "1", "b", "zwei")
    client.set_model_version_tag(name, "1", "a", "neu")
    client.delete_model_version_tag(name, "1", "b")
    equal(client.get_model_version(name, "1").tags, {"a": "neu"})
    client.set_registered_model_tag(name, "t", "x")
    equal(client.get_registered_model(name).tags, {"t": "x"})
    client.delete_registered_model_tag(name, "t")
    equal(client.get_registered_model(name).tags, {})
    refused("INVALID_PARAMETER_VALUE", lambda: client.set_model_version_tag(name, "1", "k", "x" * 100_001))


@check("aliases move, are read, deleted; reserved and unknown ones are INVALID_PARAMETER_VALUE")
def aliases(world):
    client = world.client
    name = world.name("aliased")
    client.create_registered_model(name)
    version(world, name)
    version(world, name)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "challenger", "2")
    client.set_registered_model_alias(name, "champion", "2")
    equal(client.get_model_version_by_alias(name, "champion").version in ("2", 2), True)
    equal(sorted(client.get_model_version(name, "2").aliases), ["challenger", "champion"])
    equal(client.get_registered_model(name).aliases, {"champion": "2", "challenger": "2"})
    client.delete_registered_model_alias(name, "challenger")
    client.delete_registered_model_alias(name, "challenger")
    refused("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias(name, "challenger"), "challenger")
    for bad in ("latest", "v1", "V2", "with blank", "", "x" * 256):
        refused("INVALID_PARAMETER_VALUE", lambda bad=bad: client.set_registered_model_alias(name, bad, "1"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.set_registered_model_alias(name, "ok", "9"))


@check("an alias goes with its version", ours=True)
def dangling(world):
    client = world.client
    name = world.name("dangling")
    client.create_registered_model(name)
    version(world, name)
    client.set_registered_model_alias(name, "champion", "1")
    client.delete_model_version(name, "1")
    equal(client.get_registered_model(name).aliases, {})


@check("stages: transitions, archiving what stood there, latest versions by stage")
def stages(world):
    client = world.client
    name = world.name("staged")
    client.create_registered_model(name)
    for _ in range(3):
        version(world, name)
    equal(client.transition_model_version_stage(name, "1", "production").current_stage, "Production")
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    equal(client.get_model_version(name, "1").current_stage, "Archived")
    client.transition_model_version_stage(name, "3", "Staging")
    latest = {one.current_stage: str(one.version) for one in client.get_latest_versions(name)}
    equal(latest, {"Archived": "1", "Production": "2", "Staging": "3"})
    equal([str(one.version) for one in client.get_latest_versions(name, ["Production"])], ["2"])
    refused("INVALID_PARAMETER_VALUE", lambda: client.transition_model_version_stage(name, "1", "Bogus"))
    equal({str(one.version) for one in client.get_registered_model(name).latest_versions}, {"1", "2", "3"})


@check("search_registered_models: filters, order, paging; models without tags too")
def search_models(world):
    client = world.client
    stem = world.name("look")
    for n in range(5):
        client.create_registered_model(f"{stem}-{n}", tags={"n": str(n), "stem": stem} if n != 4 else None)
    version(world, f"{stem}-2")

    def found(text, **options):
        return [one.name.rsplit("-", 1)[1] for one in client.search_registered_models(text, **options)]

    equal(found(f"name LIKE '{stem}-%'"), ["0", "1", "2", "3", "4"])
    equal(found(f"name = '{stem}-3'"), ["3"])
    equal(found(f"name ILIKE '{stem.upper()}%'", order_by=["name DESC"]), ["4", "3", "2", "1", "0"])
    equal(found(f"tags.stem = '{stem}' AND tags.n != '1'"), ["0", "2", "3"])
    equal(found(f"name LIKE '{stem}%'", order_by=["last_updated_timestamp DESC"])[0], "2")
    (one,) = client.search_registered_models(f"name = '{stem}-2'")
    equal([str(each.version) for each in one.latest_versions], ["1"])
    first = client.search_registered_models(f"name LIKE '{stem}%'", max_results=3)
    rest = client.search_registered_models(f"name LIKE '{stem}%'", max_results=3, page_token=first.token)
    equal((len(first), len(rest), bool(rest.token)), (3, 2, False))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_registered_models("bogus = 'x'"))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_registered_models(max_results=1001))
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_registered_models(order_by=["bogus"]))


@check("search_model_versions: filters, order, paging")
def search_versions(world):
    client = world.client
    name = world.name("many")
    client.create_registered_model(name)
    made = [version(world, name, tags={"n": str(n)}) for n in range(4)]

    def found(text, **options):
        return [int(one.version) for one in client.search_model_versions(text, **options)]

    mine = f"name = '{name}'"
    equal(found(mine), [4, 3, 2, 1])
    equal(found(mine, order_by=["version_number ASC"]), [1, 2, 3, 4])
    equal(found(f"run_id = '{made[1].run_id}'"), [2])
    equal(sorted(found(f"run_id IN ('{made[1].run_id}', '{made[3].run_id}')")), [2, 4])
    equal(found(f"source_path = '{made[2].source}'"), [3])
    equal(found(f"{mine} AND version_number > 2", order_by=["version_number"]), [3, 4])
    equal(found(f"{mine} AND tags.n = '1'"), [2])
    equal(found(f"name LIKE '{name[:-1]}%' AND tag.n != '1'", order_by=["creation_timestamp ASC"]), [1, 3, 4])
    first = client.search_model_versions(mine, max_results=3)
    rest = client.search_model_versions(mine, max_results=3, page_token=first.token)
    equal([int(one.version) for one in list(first) + list(rest)], [4, 3, 2, 1])
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_model_versions("bogus = 'x'"))
    frame = mlflow.search_model_versions(filter_string=mine)
    equal(len(frame), 4)


@check("sources that the server does not keep are refused")
def sources(world):
    client = world.client
    name = world.name("sourced")
    client.create_registered_model(name)
    run = client.create_run(world.experiment()).info.run_id
    for source in ("/etc/passwd", "file:///etc/passwd", "./x", "file:///proc/self/root"):
        refused("INVALID_PARAMETER_VALUE", lambda source=source: client.create_model_version(name, source, run_id=run))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_model_version(name, f"mlflow-artifacts:/1/{run}/artifacts/../../x", run_id=run))
