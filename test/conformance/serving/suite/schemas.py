"""Schemas of two documents side by side: what an answer may hold, field by field."""


def resolve(schema, root):
    while "$ref" in schema:
        found = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def kinds_of(schema, root):
    """Names of the JSON kinds a schema allows; all where it says nothing."""
    schema = resolve(schema, root)
    if "const" in schema:
        return {"boolean" if isinstance(schema["const"], bool) else "integer" if isinstance(schema["const"], int) else "string"}
    for word in ("anyOf", "oneOf"):
        if word in schema and "type" not in schema:
            return set().union(*(kinds_of(one, root) for one in schema[word]))
    kinds = schema.get("type", ["any"])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def variants(schema, root):
    """A schema, or those it has a choice of; nothing is no choice."""
    schema = resolve(schema, root)
    if "type" in schema:
        return [schema]
    chosen = [resolve(one, root) for word in ("anyOf", "oneOf") for one in schema.get(word, [])]
    return [one for one in chosen if one.get("type") != "null"] or [schema]


def fields_of(schema, root, path=""):
    """Each place of a schema: the kinds it allows, and whether it must be there; `*` is any name, `[]` any item."""
    choices = [fields_of_one(one, root, path) for one in variants(schema, root)]
    return merge(choices)


def merge(choices):
    """The places of any choice; what must be there is what must be in each."""
    found = {}
    for path in {path for choice in choices for path in choice}:
        held = [choice[path] for choice in choices if path in choice]
        kinds = set().union(*(kinds for kinds, _ in held))
        found[path] = (kinds, len(held) == len(choices) and all(required for _, required in held))
    return found


def fields_of_one(schema, root, path):
    required = schema.get("required", [])
    places = [(f"{path}.{name}", field, name in required) for name, field in schema.get("properties", {}).items()]
    more = schema.get("additionalProperties")
    if more:
        places.append((f"{path}.*", more if isinstance(more, dict) else {}, False))
    if "items" in schema:
        places.append((f"{path}[]", schema["items"], False))
    found = {}
    for place, field, is_required in places:
        found[place] = (kinds_of(field, root) - {"null"}, is_required)
        found |= fields_of(field, root, place)
    return found


def differences(writer, reader):
    """Where what a writer may write is not what a reader takes."""
    found = []
    for path, (kinds, _) in writer.items():
        taken = lookup(path, reader)
        if taken is None:
            found.append(f"{path} is not known")
        elif "any" not in taken and not kinds - {"integer"} <= taken:
            found.append(f"{path} is {'|'.join(sorted(kinds))}, not {'|'.join(sorted(taken))}")
        elif "integer" in kinds and not {"any", "integer", "number"} & taken:
            found.append(f"{path} is a whole number, not {'|'.join(sorted(taken))}")
    for path, (_, required) in reader.items():
        if required and not writer.get(path, (set(), False))[1] and is_reached(path, writer):
            found.append(f"{path} may be missing")
    return sorted(found)


def lookup(path, reader):
    """The kinds a reader takes at a place, by name or as one of any name or any value."""
    head, _, name = path.rpartition(".")
    for candidate in (path, f"{head}.*" if name else path):
        if candidate in reader:
            return reader[candidate][0]
    parent = path[: -len("[]")] if path.endswith("[]") else head
    # An open place takes whatever is in it.
    while parent:
        if parent in reader:
            kinds = reader[parent][0]
            inside = [one for one in reader if one.startswith((f"{parent}.", f"{parent}["))]
            return {"any"} if not inside and kinds & {"any", "array", "object"} else None
        parent = parent.rpartition(".")[0]
    return None


def is_reached(path, writer):
    head = path.rpartition(".")[0]
    return head == "" or head in writer
