"""The unmodified clients of Triton, over REST and gRPC."""

import threading

import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from harness import check, equal, holds, raises
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

values = {
    "BOOL": np.array([[True, False], [False, True]]),
    "UINT8": np.array([[0, 255]], np.uint8),
    "UINT16": np.array([[0, 65535]], np.uint16),
    "UINT32": np.array([[0, 2**32 - 1]], np.uint32),
    "UINT64": np.array([[2**53 + 1, 2**64 - 1]], np.uint64),
    "INT8": np.array([[-128, 127]], np.int8),
    "INT16": np.array([[-32768, 32767]], np.int16),
    "INT32": np.array([[-(2**31), 2**31 - 1]], np.int32),
    "INT64": np.array([[-(2**53) - 1, 2**63 - 1]], np.int64),
    "FP16": np.array([[1.5, np.inf], [np.nan, -0.0]], np.float16),
    "FP32": np.array([[0.1, np.nan], [-np.inf, np.inf]], np.float32),
    "FP64": np.array([[0.1, np.nan], [5e-324, -np.inf]], np.float64),
    "BYTES": np.array([["", "ä€😀"], ["a", "b" * 3000]], np.object_),
}


def both(world):
    yield triton_http, triton_http.InferenceServerClient(world.host)
    yield triton_grpc, triton_grpc.InferenceServerClient(world.grpc)


def inputs(kind, a, b):
    made = []
    for name, column in (("a", a), ("b", b)):
        data = np.array(column, np.float32).reshape(-1, 1)
        made.append(kind.InferInput(name, list(data.shape), "FP32").set_data_from_numpy(data))
    return made


def same(left, right):
    if right.dtype == np.object_:
        return [one.decode() for one in left.ravel()] == list(right.ravel())
    return left.dtype == right.dtype and np.array_equal(left, right, equal_nan=right.dtype.kind == "f")


@check("health, metadata and configuration")
def metadata(world):
    for _, client in both(world):
        holds(client.is_server_live() and client.is_server_ready() and client.is_model_ready("risk"))
        holds(client.is_model_ready("risk", "1"))
        holds(not client.is_model_ready("risk", "9") and not client.is_model_ready("nobody"))
    rest, grpc = (client for _, client in both(world))
    equal(rest.get_server_metadata()["name"], grpc.get_server_metadata().name)
    equal(list(rest.get_server_metadata()["extensions"]), list(grpc.get_server_metadata().extensions))
    model = grpc.get_model_metadata("risk", as_json=True)
    equal([one["name"] for one in model["inputs"]], ["a", "b"])
    equal(rest.get_model_metadata("risk")["inputs"][0], {"name": "a", "datatype": "FP32", "shape": [-1, 1]})
    config = grpc.get_model_config("risk", as_json=True)["config"]
    equal(config["max_batch_size"], rest.get_model_config("risk")["max_batch_size"])
    equal(config["input"][0]["data_type"], "TYPE_FP32")


@check("every datatype comes back as it was, raw and as JSON")
def datatypes(world):
    for kind, client in both(world):
        for name, data in values.items():
            forms = [{}] if kind is triton_grpc or name == "FP16" else [{}, {"binary_data": False}]
            for form in forms:
                tensor = kind.InferInput("x", list(data.shape), np_to_triton_dtype(data.dtype))
                tensor.set_data_from_numpy(data, **form)
                result = client.infer(f"same-{name}", [tensor], outputs=[kind.InferRequestedOutput("y", **form)])
                answer = result.as_numpy("y")
                if name == "BYTES" and form:
                    answer = np.array([str(one).encode() for one in answer.ravel()], np.object_)
                holds(same(answer, data), f"{kind.__name__} {name} {form}: {answer} is not {data}")


@check("ids, versions, priorities, timeouts, order of outputs, classes")
def requests(world):
    for kind, client in both(world):
        outputs = [kind.InferRequestedOutput("probabilities"), kind.InferRequestedOutput("label")]
        result = client.infer(
            "risk", inputs(kind, [1, 2], [0, 0]), "1", outputs, request_id="ä 7", priority=1, timeout=5_000_000
        )
        answer = result.get_response()
        equal(answer["id"] if isinstance(answer, dict) else answer.id, "ä 7")
        holds(np.allclose(result.as_numpy("probabilities")[:, 1], 1 / (1 + np.exp([-1.0, -2.0]))))
        equal(result.as_numpy("label").tolist(), [1, 1])
        top = [kind.InferRequestedOutput("probabilities", class_count=1)]
        best = client.infer("risk", inputs(kind, [1], [0]), outputs=top).as_numpy("probabilities")
        equal(best.tolist(), [[b"0.731059:1:1"]])


@check("what is wrong is told as these clients expect")
def failures(world):
    for kind, client in both(world):
        raises(InferenceServerException, lambda: client.infer("nobody", inputs(kind, [1], [1])), "unknown model")
        raises(InferenceServerException, lambda: client.infer("risk", inputs(kind, [1], [1])[:1]), "'b' is missing")
        raises(InferenceServerException, lambda: client.load_model("nobody"), "failed to load")
        raises(InferenceServerException, lambda: client.load_model("risk", config="{}"), "failed to load")
        raises(InferenceServerException, lambda: client.get_model_metadata("risk", "9"), "unknown model")


@check("the repository: index, unload, load")
def repository(world):
    for kind, client in both(world):
        index = client.get_model_repository_index()
        models = index if isinstance(index, list) else [{"name": one.name, "state": one.state} for one in index.models]
        holds(any(one["name"] == "spare" and one["state"] == "READY" for one in models))
        client.unload_model("spare")
        holds(not client.is_model_ready("spare"))
        raises(InferenceServerException, lambda: client.infer("spare", inputs(kind, [1], [1])), "unloaded")
        client.load_model("spare")
        holds(client.is_model_ready("spare"))


@check("statistics count requests, rows and runs")
def statistics(world):
    rest, grpc = (client for _, client in both(world))
    before = rest.get_inference_statistics("risk", "1")["model_stats"][0]
    rest.infer("risk", inputs(triton_http, [1, 2, 3], [0, 0, 0]))
    after = rest.get_inference_statistics("risk")["model_stats"]
    equal(len(after), 1)
    equal(after[0]["inference_count"] - before["inference_count"], 3)
    equal(after[0]["inference_stats"]["success"]["count"] - before["inference_stats"]["success"]["count"], 1)
    holds(after[0]["inference_stats"]["compute_infer"]["ns"] > 0 and len(after[0]["batch_stats"]) > 0)
    equal(grpc.get_inference_statistics("risk").model_stats[0].inference_count, after[0]["inference_count"])
    holds(len(rest.get_inference_statistics()["model_stats"]) > 10)


@check("packed requests and answers")
def packed(world):
    column = list(np.linspace(0, 1, 400))
    rest, grpc = (client for _, client in both(world))
    plain = rest.infer("risk", inputs(triton_http, column, column)).as_numpy("probabilities")
    for name in ("gzip", "deflate"):
        options = {"request_compression_algorithm": name, "response_compression_algorithm": name}
        answer = rest.infer("risk", inputs(triton_http, column, column), **options).as_numpy("probabilities")
        holds(np.array_equal(answer, plain), name)
        answer = grpc.infer("risk", inputs(triton_grpc, column, column), compression_algorithm=name)
        holds(np.array_equal(answer.as_numpy("probabilities"), plain), name)


@check("a stream answers in order and tells errors without ending")
def stream(world):
    client = triton_grpc.InferenceServerClient(world.grpc)
    seen, done = [], threading.Event()

    def hear(result, error):
        seen.append("error" if error else result.get_response().id)
        if len(seen) == 30:
            done.set()

    client.start_stream(hear)
    for at in range(30):
        model = "nobody" if at == 7 else "risk"
        client.async_stream_infer(model, inputs(triton_grpc, [at], [0]), request_id=str(at))
    holds(done.wait(20), seen)
    client.stop_stream()
    equal(seen, ["error" if at == 7 else str(at) for at in range(30)])


@check("many at once each get their own rows")
def together(world):
    rest = triton_http.InferenceServerClient(world.host, concurrency=16)
    pending = [rest.async_infer("risk", inputs(triton_http, [at, -at], [0, 0])) for at in range(60)]
    for at, one in enumerate(pending):
        found = one.get_result().as_numpy("probabilities")[:, 1]
        holds(np.allclose(found, 1 / (1 + np.exp([-float(at), float(at)])), atol=1e-5), at)


@check("tracing, logging and shared memory: what clients ask as a precaution")
def precautions(world):
    for _, client in both(world):
        client.get_trace_settings()
        client.get_log_settings()
        client.unregister_system_shared_memory()
        client.unregister_cuda_shared_memory()
        client.get_system_shared_memory_status()
        raises(InferenceServerException, lambda: client.register_system_shared_memory("r", "/r", 64), "shared memory")


@check("messages of 20 MB over gRPC")
def large(world):
    client = triton_grpc.InferenceServerClient(world.grpc)
    data = np.array([["x" * 10_000_000, "y" * 10_000_000]], np.object_)
    tensor = triton_grpc.InferInput("x", [1, 2], "BYTES").set_data_from_numpy(data)
    answer = client.infer("same-BYTES", [tensor]).as_numpy("y")
    equal([len(one) for one in answer.ravel()], [10_000_000, 10_000_000])
