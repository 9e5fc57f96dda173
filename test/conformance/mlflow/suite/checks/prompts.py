import mlflow
from harness import V3, check, equal, holds


def api():
    """Where the client keeps its prompt functions."""
    if V3:
        from mlflow import genai

        return genai
    return mlflow


@check("a prompt: versions, loading by number and alias, tags, search; hidden among models")
def lifecycle(world):
    prompts, client = api(), world.client
    name = world.name("greeting")
    first = prompts.register_prompt(name, "Grüße {{ name }}!", commit_message="erste", tags={"lang": "de"})
    second = prompts.register_prompt(name, "Hallo {{ name }}, wie geht's?", commit_message="zweite")
    equal((int(first.version), int(second.version)), (1, 2))
    loaded = prompts.load_prompt(name, version=1) if V3 else prompts.load_prompt(f"prompts:/{name}/1")
    equal((loaded.template, loaded.commit_message), ("Grüße {{ name }}!", "erste"))
    equal(loaded.format(name="Zoë"), "Grüße Zoë!")
    prompts.set_prompt_alias(name, "live", 2)
    equal(prompts.load_prompt(f"prompts:/{name}@live").version in (2, "2"), True)
    prompts.set_prompt_alias(name, "live", 1)
    if V3:
        equal(prompts.load_prompt(f"prompts:/{name}@live", cache_ttl_seconds=0).version, 1)
    prompts.delete_prompt_alias(name, "live")
    if V3:
        equal([one.name for one in prompts.search_prompts(f"name = '{name}'")], [name])
    holds(name not in [one.name for one in client.search_registered_models(f"name = '{name}'")], "not among the models")


@check("a prompt of messages, with tags of its versions", since=3)
def messages(world):
    prompts = api()
    name = world.name("chat")
    prompts.register_prompt(name, [{"role": "system", "content": "Sei {{ art }}"}, {"role": "user", "content": "{{ frage }}"}])
    loaded = prompts.load_prompt(name, version=1)
    equal([one["role"] for one in loaded.template], ["system", "user"])
    equal(loaded.format(art="kurz", frage="Was?")[1]["content"], "Was?")
    prompts.set_prompt_version_tag(name, 1, "checked", "ja")
    equal(prompts.load_prompt(name, version=1, cache_ttl_seconds=0).tags["checked"], "ja")
    prompts.delete_prompt_version_tag(name, 1, "checked")
    prompts.set_prompt_tag(name, "team", "α")
    equal(prompts.get_prompt_tags(name)["team"], "α")
    versions = world.client.search_prompt_versions(name)
    equal([int(one.version) for one in versions], [1])


@check("a missing prompt is None where that is asked for, else an error", since=3)
def missing(world):
    prompts = api()
    equal(prompts.load_prompt(world.name("never"), version=1, allow_missing=True), None)
    try:
        prompts.load_prompt(world.name("never"), version=1)
        raise AssertionError("a prompt that is not there was loaded")
    except mlflow.MlflowException as error:
        equal(error.error_code, "RESOURCE_DOES_NOT_EXIST")
    prompt = prompts.register_prompt(world.name("gone"), "x")
    world.client.delete_prompt_version(prompt.name, "1")
    equal(prompts.load_prompt(prompt.name, version=1, allow_missing=True, cache_ttl_seconds=0), None)
