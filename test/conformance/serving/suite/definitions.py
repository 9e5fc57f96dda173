"""Definitions of messages as packages carry them, and how two of them differ; nothing of a package is run."""

import ast
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

Field = descriptor_pb2.FieldDescriptorProto
own_proto = Path(__file__).resolve().parents[4] / "src/protocols/oip/grpc/open-inference.proto"
packages = {
    "tritonclient": ["tritonclient/grpc/model_config_pb2.py", "tritonclient/grpc/service_pb2.py"],
    "kserve": ["kserve/protocol/grpc/grpc_predict_v2_pb2.py"],
    "mlserver": ["mlserver/grpc/dataplane_pb2.py"],
}


class Definition:
    """Messages, enumerations and calls of some files, by name."""

    def __init__(self, files):
        self.files = files
        self.messages, self.enums, self.calls = {}, {}, {}
        for file in files:
            self.add_types(f".{file.package}", file.message_type, file.enum_type)
            for service in file.service:
                self.calls |= {call.name: call for call in service.method}

    def add_types(self, prefix, messages, enums):
        for enum in enums:
            self.enums[f"{prefix}.{enum.name}"] = {value.number: value.name for value in enum.value}
        for message in messages:
            name = f"{prefix}.{message.name}"
            self.messages[name] = message
            self.add_types(name, message.nested_type, message.enum_type)

    def classes(self):
        """What makes a class of each message; in a pool of its own, since definitions share their names."""
        pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            pool.Add(file)
        return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name.removeprefix(".")))


def is_installed(package):
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def read_carried(package):
    """The definition inside the generated modules of an installed package."""
    return Definition([serialized_in(distribution(package).locate_file(path)) for path in packages[package]])


def serialized_in(path):
    for node in ast.walk(ast.parse(Path(path).read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            return descriptor_pb2.FileDescriptorProto.FromString(node.value)
    raise AssertionError(f"{path} has no descriptor")


def read_own():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set"
        ended = protoc.main(["protoc", f"-I{own_proto.parent}", f"--descriptor_set_out={out}", str(own_proto)])
        if ended != 0:
            raise AssertionError(f"protoc ended with {ended}")
        return Definition(descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file)


def differences(own, other):
    """Where the calls that both have differ: kind, then each message field by field; and how many messages were compared."""
    found, seen = [], set()
    for name in sorted(own.calls.keys() & other.calls.keys()):
        ours, theirs = own.calls[name], other.calls[name]
        if (ours.client_streaming, ours.server_streaming) != (theirs.client_streaming, theirs.server_streaming):
            found.append(f"{name} streams otherwise")
        for pair in ((ours.input_type, theirs.input_type), (ours.output_type, theirs.output_type)):
            compare_messages(own, other, pair, found, seen)
    return sorted(found), len(seen)


def compare_messages(own, other, pair, found, seen):
    if pair in seen:
        return
    seen.add(pair)
    ours, theirs = own.messages[pair[0]], other.messages[pair[1]]
    left, right = ({field.number: field for field in one.field} for one in (ours, theirs))
    name = theirs.name if ours.name == theirs.name else f"{ours.name} for {theirs.name}"
    lacking, added = ([one[at].name for at in sorted(one.keys() - two.keys())] for one, two in ((right, left), (left, right)))
    if lacking:
        found.append(f"{name} lacks {', '.join(lacking)}")
    if added:
        found.append(f"{name} adds {', '.join(added)}")
    for number in sorted(left.keys() & right.keys()):
        one, two = left[number], right[number]
        if shape(ours, one) != shape(theirs, two):
            found.append(f"{name} {number} is {shape(ours, one)}, not {shape(theirs, two)}")
        elif one.type == Field.TYPE_MESSAGE:
            compare_messages(own, other, (one.type_name, two.type_name), found, seen)
        elif one.type == Field.TYPE_ENUM and own.enums[one.type_name] != other.enums[two.type_name]:
            found.append(f"{name}.{one.name} has other values")


def shape(message, field):
    """Name, type and number of values of a field, and whom it excludes."""
    words = [field.name, Field.Type.Name(field.type)[5:].lower(), Field.Label.Name(field.label)[6:].lower()]
    if field.HasField("oneof_index"):
        words.append(f"of {message.oneof_decl[field.oneof_index].name}")
    return " ".join(words)
