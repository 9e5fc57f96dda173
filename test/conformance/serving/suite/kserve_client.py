"""The unmodified clients of KServe, over REST and gRPC."""

import asyncio

import numpy as np
from harness import check, equal, holds
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
