"""What clients depend on but never show: raw answers, and messages by the published definitions."""

import json
import urllib.error
import urllib.request

import grpc
from google.protobuf import json_format
from harness import check, equal, holds
from tritonclient.grpc import service_pb2, service_pb2_grpc


def get(world, path):
    try:
        with urllib.request.urlopen(world.url + path) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@check("health is JSON, documents are there, inference takes POST alone")
def paths(world):
    equal(json.loads(get(world, "/v2/health/live")[2]), {"live": True})
    equal(json.loads(get(world, "/v2/health/ready")[2]), {"ready": True, "live": True})
    equal(get(world, "/v2/")[0], 200)
    holds("openapi" in json.loads(get(world, "/v2/docs/dataplane.json")[2]))
    holds("openapi" in json.loads(get(world, "/v2/models/risk/docs/dataplane.json")[2]))
    holds(b"<table>" in get(world, "/v2/docs")[2])
    equal(get(world, "/v2/models/risk/infer")[0], 405)
    status, _, body = get(world, "/v2/models/nobody")
    equal(status, 404)
    holds(json.loads(body)["error"].startswith("Request for unknown model"))


@check("answers hold no field that the published messages have not")
def messages(world):
    with grpc.insecure_channel(world.grpc) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        tensors = [
            service_pb2.ModelInferRequest.InferInputTensor(
                name=name,
                datatype="FP32",
                shape=[1, 1],
                contents=service_pb2.InferTensorContents(fp32_contents=[0.5]),
            )
            for name in ("a", "b")
        ]
        answers = [
            stub.ModelInfer(service_pb2.ModelInferRequest(model_name="risk", inputs=tensors)),
            stub.ModelConfig(service_pb2.ModelConfigRequest(name="risk")),
            stub.ModelMetadata(service_pb2.ModelMetadataRequest(name="risk")),
            stub.ModelStatistics(service_pb2.ModelStatisticsRequest(name="risk")),
            stub.RepositoryIndex(service_pb2.RepositoryIndexRequest()),
            stub.TraceSetting(service_pb2.TraceSettingRequest()),
            stub.LogSettings(service_pb2.LogSettingsRequest()),
            stub.ServerMetadata(service_pb2.ServerMetadataRequest()),
        ]
        for answer in answers:
            before = answer.SerializeToString()
            answer.DiscardUnknownFields()
            equal(answer.SerializeToString(), before, type(answer).__name__)
            json_format.MessageToDict(answer)
        equal(answers[0].outputs[0].contents.int64_contents[:], [0])
        equal(len(answers[0].raw_output_contents), 0)
