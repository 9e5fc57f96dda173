"""The unmodified clients of KServe, over REST and gRPC."""

import asyncio

import numpy as np
from harness import check, equal, holds
from httpx import HTTPStatusError
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig


def request(data, binary, datatype="FP32", model="same-FP32", **options):
    tensor = InferInput(name="x", shape=list(data.shape), datatype=datatype)
    tensor.set_data_from_numpy(data, binary_data=binary)
    return InferRequest(model_name=model, infer_inputs=[tensor], **options)


def rest(run):
    async def main():
        client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
        try:
            return await run(client)
        finally:
            await client.close()

    return asyncio.run(main())


def grpc(world, run):
    async def main():
        client = InferenceGRPCClient(url=world.grpc, retries=0)
        try:
            return await run(client)
        finally:
            await client.close()

    return asyncio.run(main())


@check("health over REST and gRPC")
def health(world):
    async def over_rest(client):
        return [
            await client.is_server_live(world.url),
            await client.is_server_ready(world.url),
            await client.is_model_ready(world.url, "risk"),
            await client.is_model_ready(world.url, "nobody"),
        ]

    async def over_grpc(client):
        return [
            await client.is_server_live(),
            await client.is_server_ready(),
            await client.is_model_ready("risk"),
            await client.is_model_ready("nobody"),
        ]

    equal(rest(over_rest), [True, True, True, False])
    equal(grpc(world, over_grpc), [True, True, True, False])


@check("inference over REST, JSON and binary")
def infer_rest(world):
    data = np.array([[0.5, -1.25], [3, 4]], np.float32)
    for binary in (False, True):
        sent = request(data, binary, request_id="k1")
        answer = rest(lambda client: client.infer(world.url, sent, model_name="same-FP32"))
        equal(answer.id, "k1")
        holds(np.array_equal(answer.outputs[0].as_numpy(), data), binary)


@check("inference over gRPC, typed and raw")
def infer_grpc(world):
    data = np.array([[1, 2**53 + 1], [-5, 0]], np.int64)
    for binary in (False, True):
        sent = request(data, binary, "INT64", "same-INT64", request_id="k2")
        answer = grpc(world, lambda client: client.infer(sent))
        equal(answer.id, "k2")
        holds(np.array_equal(answer.outputs[0].as_numpy(), data), binary)


@check("texts over both")
def texts(world):
    data = np.array([["ä", ""]], np.object_)
    sent = request(data, True, "BYTES", "same-BYTES")
    for answer in (
        rest(lambda client: client.infer(world.url, sent, model_name="same-BYTES")),
        grpc(world, lambda client: client.infer(sent)),
    ):
        found = [one if isinstance(one, str) else one.decode() for one in answer.outputs[0].as_numpy().ravel()]
        equal(found, ["ä", ""])


@check("V1: health, prediction by rows and by columns, and what is wrong")
def version_one(world):
    async def run():
        client = InferenceRESTClient(RESTConfig(protocol="v1", retries=0))
        try:
            holds(await client.is_model_ready(world.url, "risk"))
            rows = await client.infer(world.url, {"instances": [{"a": 1, "b": 0}, {"a": -1, "b": 0}]}, model_name="risk")
            columns = await client.infer(world.url, {"inputs": {"a": [1, -1], "b": [0, 0]}}, model_name="risk")
            equal([one["label"] for one in rows["predictions"]], [1, 0])
            equal(columns["outputs"]["label"], [1, 0])
            holds(np.allclose(columns["outputs"]["probabilities"], [one["probabilities"] for one in rows["predictions"]]))
            for wrong, status in (({}, 400), ({"instances": [{"a": 1}]}, 400), ({"instances": [{"a": "x", "b": 0}]}, 400)):
                try:
                    await client.infer(world.url, wrong, model_name="risk")
                    raise AssertionError(f"{wrong} was answered")
                except HTTPStatusError as error:
                    equal(error.response.status_code, status, wrong)
            try:
                await client.is_model_ready(world.url, "nobody")
                raise AssertionError("nobody is ready")
            except HTTPStatusError as error:
                equal(error.response.status_code, 404)
        finally:
            await client.close()

    asyncio.run(run())


@check("every datatype over both, and an unknown model")
def datatypes(world):
    for name, data in {
        "BOOL": np.array([[True, False]]),
        "UINT8": np.array([[0, 255]], np.uint8),
        "INT16": np.array([[-32768, 32767]], np.int16),
        "UINT64": np.array([[0, 2**64 - 1]], np.uint64),
        "FP16": np.array([[1.5, -np.inf]], np.float16),
        "FP64": np.array([[5e-324, np.finfo(np.float64).max]]),
    }.items():
        # Numbers of 16 bits have no form in JSON, in the answer neither.
        sent = request(data, True, name, f"same-{name}", parameters={"binary_data_output": True})
        by_rest = rest(lambda client: client.infer(world.url, sent, model_name=f"same-{name}"))
        by_grpc = grpc(world, lambda client: client.infer(sent))
        for answer in (by_rest, by_grpc):
            found = answer.outputs[0].as_numpy()
            holds(found.dtype == data.dtype and np.array_equal(found, data), f"{name}: {found}")
    sent = request(np.zeros((1, 2), np.float32), True, model="nobody")
    try:
        rest(lambda client: client.infer(world.url, sent, model_name="nobody"))
        raise AssertionError("nobody answered")
    except HTTPStatusError as error:
        equal(error.response.status_code, 404)
