"""The asynchronous clients of Triton, which are programs of their own, and what all of them tell of time."""

import asyncio

import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.grpc.aio as grpc_aio
import tritonclient.http as triton_http
import tritonclient.http.aio as http_aio
from harness import check, equal, holds
from tritonclient.utils import InferenceServerException


def inputs(kind, a, b):
    made = []
    for name, column in (("a", a), ("b", b)):
        data = np.array(column, np.float32).reshape(-1, 1)
        made.append(kind.InferInput(name, list(data.shape), "FP32").set_data_from_numpy(data))
    return made


def sigmoid(x):
    return 1 / (1 + np.exp(-np.array(x, np.float64)))


@check("health, metadata, repository and inference, many at once")
def together(world):
    async def run(kind, client):
        holds(await client.is_server_live() and await client.is_server_ready() and await client.is_model_ready("risk"))
        metadata = await client.get_model_metadata("risk")
        equal(metadata["name"] if isinstance(metadata, dict) else metadata.name, "risk")
        await client.get_model_config("risk")
        await client.get_inference_statistics("risk")
        await client.get_model_repository_index()
        await client.load_model("spare")
        asked = [client.infer("risk", inputs(kind, [at, -at], [0, 0]), request_id=str(at)) for at in range(40)]
        for at, one in enumerate(await asyncio.gather(*asked)):
            holds(np.allclose(one.as_numpy("probabilities")[:, 1], sigmoid([at, -at]), atol=1e-5), at)
        try:
            await client.infer("nobody", inputs(kind, [1], [1]))
            raise AssertionError("nobody answered")
        except InferenceServerException as error:
            holds("unknown model" in str(error), error)
        await client.close()

    async def main():
        await run(triton_http, http_aio.InferenceServerClient(world.host))
        await run(triton_grpc, grpc_aio.InferenceServerClient(world.grpc))

    asyncio.run(main())


@check("a stream of requests, one of them wrong")
def stream(world):
    async def requests():
        for at in range(20):
            yield {
                "model_name": "nobody" if at == 7 else "risk",
                "inputs": inputs(triton_grpc, [at], [0]),
                "request_id": str(at),
            }

    async def main():
        client = grpc_aio.InferenceServerClient(world.grpc)
        seen = []
        async for result, error in client.stream_infer(requests()):
            seen.append("error" if error else result.get_response().id)
        await client.close()
        equal(seen, ["error" if at == 7 else str(at) for at in range(20)])

    asyncio.run(main())


@check("deadlines of the client and of the request")
def deadlines(world):
    client = triton_grpc.InferenceServerClient(world.grpc)
    try:
        client.infer("risk", inputs(triton_grpc, [1], [0]), client_timeout=1e-6)
        raise AssertionError("nothing answers in a microsecond")
    except InferenceServerException as error:
        holds("deadline" in str(error).lower(), error)
    # A microsecond is over before the queue is looked at, or it is not: no third answer is right.
    for kind, one in ((triton_grpc, client), (triton_http, triton_http.InferenceServerClient(world.host))):
        for _ in range(20):
            try:
                found = one.infer("risk", inputs(kind, [1], [0]), timeout=1).as_numpy("label").tolist()
                equal(found, [1])
            except InferenceServerException as error:
                holds(error.status() in ("504", "StatusCode.DEADLINE_EXCEEDED"), f"{error.status()} {error}")
        equal(one.infer("risk", inputs(kind, [1], [0]), timeout=5_000_000).as_numpy("label").tolist(), [1])


@check("a call that its client cancels is dropped, and the next is answered")
def cancelled(world):
    client = triton_grpc.InferenceServerClient(world.grpc)
    heard = []
    calls = [
        client.async_infer("risk", inputs(triton_grpc, [at], [0]), callback=lambda result, error: heard.append(error))
        for at in range(20)
    ]
    for call in calls:
        call.cancel()
    equal(client.infer("risk", inputs(triton_grpc, [1], [0])).as_numpy("label").tolist(), [1])
