"""What Triton's clients get from a server with the fixtures `identity` and `simple`; prints a line for each thing that is as it should be."""

import asyncio
import sys
import time

import numpy
import tritonclient.grpc
import tritonclient.grpc.aio
import tritonclient.http
import tritonclient.http.aio
from tritonclient.utils import InferenceServerException

ADDRESS = sys.argv[1]
FIRST = numpy.arange(16, dtype=numpy.int32).reshape(1, 16)
SECOND = numpy.full((1, 16), 3, dtype=numpy.int32)


def inputs(module, first=FIRST, second=SECOND, **options):
    tensors = []
    for name, values in (("INPUT0", first), ("INPUT1", second)):
        tensor = module.InferInput(name, list(values.shape), "INT32")
        tensor.set_data_from_numpy(values, **options)
        tensors.append(tensor)
    return tensors


def check(what, condition):
    print(what if condition else f"WRONG: {what}", flush=True)


def is_right(result):
    return (result.as_numpy("OUTPUT0") == FIRST + SECOND).all() and (result.as_numpy("OUTPUT1") == FIRST - SECOND).all()


def refused(call, *words):
    try:
        call()
    except InferenceServerException as error:
        return all(word in str(error) for word in words)
    return False


def http():
    module = tritonclient.http
    with module.InferenceServerClient(ADDRESS, concurrency=4) as client:
        check("http live and ready", client.is_server_live() and client.is_server_ready())
        check("http model ready", client.is_model_ready("simple") and client.is_model_ready("simple", "1"))
        check("http not ready", not client.is_model_ready("nothing"))
        check("http metadata", client.get_model_metadata("simple")["inputs"][0]["datatype"] == "INT32")
        check("http server metadata", "binary_tensor_data" in client.get_server_metadata()["extensions"])
        check("http index", {line["name"] for line in client.get_model_repository_index()} == {"identity", "simple"})
        for binary in (True, False):
            tensors = inputs(module, binary_data=binary)
            wanted = [module.InferRequestedOutput(name, binary_data=binary) for name in ("OUTPUT0", "OUTPUT1")]
            result = client.infer("simple", tensors, outputs=wanted, request_id="42")
            check(f"http infer, binary {binary}", is_right(result) and result.get_response()["id"] == "42")
        check("http async", all(is_right(client.async_infer("simple", inputs(module)).get_result()) for _ in range(20)))
        check("http statistics", client.get_inference_statistics("simple")["model_stats"][0]["inference_count"] >= 22)
        values = numpy.linspace(-1, 1, 5000, dtype=numpy.float32).reshape(1, -1)
        tensor = module.InferInput("INPUT0", list(values.shape), "FP32")
        tensor.set_data_from_numpy(values)
        check("http identity", (client.infer("identity", [tensor]).as_numpy("OUTPUT0") == values).all())
        wrong = inputs(module)
        check("http a missing input", refused(lambda: client.infer("simple", wrong[:1]), "400", "expected 2 inputs"))
        check("http an unknown model", refused(lambda: client.infer("nothing", wrong), "404"))
        check("http no unloading", refused(lambda: client.unload_model("simple"), "403"))


async def http_aio():
    async with tritonclient.http.aio.InferenceServerClient(ADDRESS) as client:
        results = await asyncio.gather(*(client.infer("simple", inputs(tritonclient.http)) for _ in range(20)))
        check("http asyncio", all(map(is_right, results)))


def grpc():
    module = tritonclient.grpc
    with module.InferenceServerClient(ADDRESS) as client:
        check("grpc live and ready", client.is_server_live() and client.is_server_ready())
        check("grpc model ready", client.is_model_ready("simple") and client.is_model_ready("simple", "1"))
        check("grpc not ready", refused(lambda: client.is_model_ready("nothing"), "NOT_FOUND"))
        metadata = client.get_model_metadata("simple")
        check("grpc metadata", [list(port.shape) for port in metadata.inputs] == [[-1, 16], [-1, 16]])
        check("grpc properties", metadata.platform == "mlops_fixture" and list(metadata.versions) == ["1"])
        check("grpc server metadata", "statistics" in client.get_server_metadata().extensions)
        check("grpc index", {line.name for line in client.get_model_repository_index().models} == {"identity", "simple"})
        result = client.infer("simple", inputs(module), request_id="42")
        check("grpc infer", is_right(result) and result.get_response().id == "42")
        wanted = [module.InferRequestedOutput("OUTPUT1")]
        result = client.infer("simple", inputs(module), outputs=wanted)
        check("grpc one output", result.as_numpy("OUTPUT0") is None and (result.as_numpy("OUTPUT1") == FIRST - SECOND).all())
        statistics = client.get_inference_statistics("simple", as_json=True)["model_stats"]
        check("grpc statistics", int(statistics[0]["inference_count"]) >= 2)
        values = numpy.random.default_rng(1).normal(size=(100, 20_000)).astype(numpy.float32)
        tensor = module.InferInput("INPUT0", list(values.shape), "FP32")
        tensor.set_data_from_numpy(values)
        check("grpc 8 MB there and back", (client.infer("identity", [tensor]).as_numpy("OUTPUT0") == values).all())
        check("grpc a missing input", refused(lambda: client.infer("simple", inputs(module)[:1]), "INVALID_ARGUMENT"))
        check("grpc an unknown model", refused(lambda: client.infer("nothing", inputs(module)), "NOT_FOUND"))
        check("grpc no unloading", refused(lambda: client.unload_model("simple"), "PERMISSION_DENIED"))
        check("grpc no streams", refused(lambda: stream(client), "UNIMPLEMENTED"))


def stream(client):
    """What the stream of inferences says, which is not served."""
    found = []
    client.start_stream(callback=lambda result, error: found.append(error))
    try:
        client.async_stream_infer("simple", inputs(tritonclient.grpc))
    except InferenceServerException:
        pass  # The stream was refused before its first message; why, the callback hears.
    for _ in range(100):
        if found:
            break
        time.sleep(0.1)
    client.stop_stream()
    raise found[0]


def grpc_typed():
    """Contents in lists by their type, as clients send them that have no raw ones."""
    import grpc as library
    from tritonclient.grpc import service_pb2, service_pb2_grpc

    request = service_pb2.ModelInferRequest(model_name="simple")
    for name, values in (("INPUT0", FIRST), ("INPUT1", SECOND)):
        tensor = request.inputs.add(name=name, datatype="INT32", shape=[1, 16])
        tensor.contents.int_contents.extend(int(value) for value in values.flatten())
    with library.insecure_channel(ADDRESS) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        answer = stub.ModelInfer(request, timeout=10)
        check("grpc typed contents", list(answer.outputs[0].contents.int_contents) == [int(v) for v in (FIRST + SECOND)[0]])
        check("grpc negative numbers", list(answer.outputs[1].contents.int_contents) == [int(v) for v in (FIRST - SECOND)[0]])

        def code(request, **options):
            try:
                stub.ModelInfer(request, **options)
            except library.RpcError as error:
                return error.code().name
            return "OK"

        request.inputs[0].shape[1] = 1 << 62
        check("grpc a shape that overflows", code(request) == "INVALID_ARGUMENT")
        request.inputs[0].shape[1] = -1
        check("grpc a negative shape", code(request) == "INVALID_ARGUMENT")
        garbage = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        for message in (b"\xff" * 100, b"\x0a\xff\xff\xff\xff\x0f", b"\x2a\x03\x0a\x7fx"):
            try:
                garbage(message)
                check("grpc garbage", False)
            except library.RpcError as error:
                check("grpc garbage", error.code() == library.StatusCode.INVALID_ARGUMENT)
        health = channel.unary_unary("/grpc.health.v1.Health/Check")
        check("grpc health", health(b"") == b"\x08\x01" and health(b"\x0a\x1einference.GRPCInferenceService") == b"\x08\x01")


async def grpc_aio():
    async with tritonclient.grpc.aio.InferenceServerClient(ADDRESS) as client:
        results = await asyncio.gather(*(client.infer("simple", inputs(tritonclient.grpc)) for _ in range(50)))
        check("grpc asyncio", all(map(is_right, results)))


http()
asyncio.run(http_aio())
grpc()
grpc_typed()
asyncio.run(grpc_aio())
print("done", flush=True)
