"""Our definition of gRPC and a live server's answers against the definitions that packages carry."""

import grpc
from definitions import differences, is_installed, packages, read_carried, read_own
from google.protobuf import json_format
from harness import check, equal, holds

shared_memory = "nothing is registered here: regions are refused unread, and their list is empty"
configuration = "settings of Triton that models here have not: never written"
dialects = "a dialect of its own; Triton's is spoken"
stream = "ModelStreamInferResponse for ModelInferResponse"

# Every difference there is, and why.
deviations = {
    "tritonclient": {
        "the field of the protocol's text, which Triton's messages lack; never written": [
            "ModelMetadataResponse adds properties",
        ],
        "times of several answers to one request, which has one here": ["ModelStatistics lacks response_stats"],
        shared_memory: [
            "RegionRequest for CudaSharedMemoryRegisterRequest lacks raw_handle, device_id, byte_size",
            "RegionRequest for SystemSharedMemoryRegisterRequest lacks key, offset, byte_size",
            "RegionsResponse for CudaSharedMemoryStatusResponse lacks regions",
            "RegionsResponse for SystemSharedMemoryStatusResponse lacks regions",
        ],
        configuration: [
            "ModelConfig lacks cc_model_filenames, metric_tags, optimization, sequence_batching, parameters, "
            "ensemble_scheduling, model_warmup, model_operations, model_transaction_policy, batch_input, batch_output, "
            "model_repository_agents, response_cache, runtime, model_metrics",
            "ModelDynamicBatching lacks priority_levels, default_priority_level, default_queue_policy, priority_queue_policy",
            "ModelInput lacks is_shape_tensor, allow_ragged_batch, optional, is_non_linear_format_io",
            "ModelInstanceGroup lacks gpus, profile, rate_limiter, passive, secondary_devices, host_policy",
            "ModelOutput lacks is_shape_tensor, is_non_linear_format_io",
            "ModelVersionPolicy lacks latest, all",
        ],
    },
    "kserve": {
        "kinds of Triton's, which are only read": ["InferParameter adds double_param, uint64_param"],
        "the field of the protocol's text; never written": ["ModelMetadataResponse adds properties"],
        dialects: [
            f"RepositoryModel{verb}{message}"
            for verb, done in (("Load", "isLoaded"), ("Unload", "isUnloaded"))
            for message in (
                "Request 1 is repository_name string optional, not model_name string optional",
                "Request adds model_name, parameters",
                f"Response lacks model_name, {done}",
            )
        ],
    },
    "mlserver": {
        "kinds of Triton's, which are only read": ["InferParameter adds double_param, uint64_param"],
        dialects: [
            "ModelMetadataResponse 6 is properties message repeated, not parameters message repeated",
            f"{stream} 1 is error_message string optional, not model_name string optional",
            f"{stream} 2 is infer_response message optional, not model_version string optional",
            f"{stream} lacks id, parameters, outputs, raw_output_contents",
            "TensorMetadata lacks parameters",
        ],
    },
}
compared_least = {"tritonclient": 70, "kserve": 25, "mlserver": 30}


def define(package):
    kinds = len(deviations[package])

    @check(f"every call of {package} is ours too, message by message, but for {kinds} listed kinds of difference")
    def definition(_world):
        own, theirs = read_own(), read_carried(package)
        equal(sorted(theirs.calls.keys() - own.calls.keys()), [])
        found, compared = differences(own, theirs)
        equal(found, sorted(one for listed in deviations[package].values() for one in listed))
        holds(compared >= compared_least[package], f"{compared} messages were compared")

    @check(f"live answers are read by the definition of {package}, which knows every field")
    def live(world):
        theirs, asked = read_carried(package), 0
        for name, request in requests():
            # Not where the requests themselves are of another dialect.
            if name in theirs.calls and not (package == "kserve" and name.startswith("RepositoryModel")):
                asked += 1
                ask(world, theirs, name, request)
        holds(asked >= 25, f"{asked} calls")


for package in packages:
    if is_installed(package):
        define(package)


def tensors(datatype, field, values):
    return [{"name": "x", "datatype": datatype, "shape": [1, 2], "contents": {field: values}}]


def requests():
    """Calls of every kind, their requests in the JSON form of messages."""
    nothing = ("ServerLive", "ServerReady", "ServerMetadata", "RepositoryIndex", "ModelStatistics", "TraceSetting", "LogSettings")
    for name in (*nothing, "SystemSharedMemoryStatus", "CudaSharedMemoryStatus"):
        yield name, {}
    for name in ("SystemSharedMemoryUnregister", "CudaSharedMemoryUnregister"):
        yield name, {}
    for name in ("ModelReady", "ModelMetadata", "ModelConfig", "ModelStatistics"):
        for model in ("risk", "same-FP32", "same-BYTES"):
            yield name, {"name": model}
        yield name, {"name": "risk", "version": "1"}
    yield "ModelReady", {"name": "nobody"}
    yield "RepositoryModelUnload", {"model_name": "spare"}
    yield "RepositoryModelLoad", {"model_name": "spare"}
    for datatype, field, values in (
        ("BOOL", "bool_contents", [True, False]),
        ("UINT8", "uint_contents", [0, 255]),
        ("UINT64", "uint64_contents", [0, 2**64 - 1]),
        ("INT16", "int_contents", [-1, 1]),
        ("INT64", "int64_contents", [-(2**63), 2**63 - 1]),
        ("FP32", "fp32_contents", ["NaN", "-Infinity"]),
        ("FP64", "fp64_contents", [0.1, -0.0]),
        ("BYTES", "bytes_contents", ["w6Q=", ""]),
    ):
        request = {"model_name": f"same-{datatype}", "id": "d1", "inputs": tensors(datatype, field, values)}
        yield "ModelInfer", request
        yield "ModelInfer", request | {"outputs": [{"name": "y", "parameters": {"binary_data": {"bool_param": True}}}]}
    raw = {"inputs": [{"name": "x", "datatype": "FP16", "shape": [1, 2]}], "raw_input_contents": ["AAAAAA=="]}
    yield "ModelInfer", {"model_name": "same-FP16", **raw}


def ask(world, definition, name, request):
    """Asks and reads a call by a definition, which must know every field."""
    make = definition.classes()
    call = definition.calls[name]
    sent = json_format.ParseDict(request, make(call.input_type)())
    with grpc.insecure_channel(world.grpc) as channel:
        # Bytes as they are: the reader is the definition, not a client.
        kind = channel.stream_stream if call.server_streaming else channel.unary_unary
        answer = kind(f"/inference.GRPCInferenceService/{name}")(sent.SerializeToString(), timeout=20)
    message = make(call.output_type).FromString(answer)
    # What is not known is written again too.
    before = message.SerializeToString()
    message.DiscardUnknownFields()
    equal(message.SerializeToString(), before, f"{name} {request}")
