import hashlib
import os
import random

import mlflow
import requests
from harness import check, equal, holds

proxy = "/api/2.0/mlflow-artifacts/artifacts"


def listing(client, run, path=None):
    return sorted((one.path, one.is_dir, one.file_size) for one in client.list_artifacts(run, path))


@check("texts, dicts, files and folders are logged, listed and loaded")
def kinds(world):
    world.experiment()
    folder = world.new_folder()
    (folder / "sub").mkdir()
    (folder / "a.txt").write_text("A")
    (folder / "sub" / "b.bin").write_bytes(bytes(range(256)))
    with mlflow.start_run() as run:
        mlflow.log_text("Grüße, 世界", "notes/greeting.txt")
        mlflow.log_dict({"k": [1, "zwei"]}, "conf.json")
        mlflow.log_dict({"k": [1, "zwei"]}, "conf.yaml")
        mlflow.log_artifact(str(world.file("one.csv", "x,y\n1,2\n")), "tables")
        mlflow.log_artifacts(str(folder), "all")
        mlflow.log_text("<b>hi</b>", "page.html")
        uri = mlflow.get_artifact_uri("notes/greeting.txt")
    client, run_id = world.client, run.info.run_id
    equal(
        listing(client, run_id),
        [("all", True, None), ("conf.json", False, os.path.getsize(client.download_artifacts(run_id, "conf.json"))), ("conf.yaml", False, 14), ("notes", True, None), ("page.html", False, 9), ("tables", True, None)],
    )
    equal(listing(client, run_id, "all"), [("all/a.txt", False, 1), ("all/sub", True, None)])
    equal(listing(client, run_id, "all/sub"), [("all/sub/b.bin", False, 256)])
    equal(listing(client, run_id, "all/a.txt"), [], "below a file is nothing")
    equal(listing(client, run_id, "never"), [], "a folder that is not there is empty")
    equal(mlflow.artifacts.load_text(uri), "Grüße, 世界")
    equal(mlflow.artifacts.load_dict(f"runs:/{run_id}/conf.json"), {"k": [1, "zwei"]})
    whole = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=str(world.new_folder()))
    with open(os.path.join(whole, "all", "sub", "b.bin"), "rb") as file:
        equal(file.read(), bytes(range(256)))
    equal(sorted(os.listdir(whole)), ["all", "conf.json", "conf.yaml", "notes", "page.html", "tables"])
    equal([one.path for one in mlflow.artifacts.list_artifacts(artifact_uri=f"runs:/{run_id}/tables")], ["tables/one.csv"])


@check("names in unicode, with blanks and marks")
def unicode_names(world):
    world.experiment()
    names = ["Ünïcode ß.txt", "日本/語 の.txt", "a b+c&d=e.txt", "100%.txt", "plus+plus.txt"]
    with mlflow.start_run() as run:
        for name in names:
            mlflow.log_text(name, name)
    for name in names:
        equal(mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/{name}"), name)
    equal([path for path, _, _ in listing(world.client, run.info.run_id, "日本")], ["日本/語 の.txt"])


@check("empty files, files written again, files without an ending")
def again(world):
    made = world.experiment()
    client, run = world.client, world.client.create_run(made).info.run_id
    client.log_text(run, "", "empty")
    client.log_text(run, "first", "f.txt")
    client.log_text(run, "second!", "f.txt")
    # The client takes a size of 0 for none.
    equal(listing(client, run), [("empty", False, None), ("f.txt", False, 7)])
    equal(mlflow.artifacts.load_text(f"runs:/{run}/f.txt"), "second!")
    equal(mlflow.artifacts.load_text(f"runs:/{run}/empty"), "")


@check("figures and images, also stepped ones with their tag")
def images(world):
    import matplotlib.pyplot as plt
    import numpy as np
    from PIL import Image

    world.experiment()
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([1, 2], [3, 4])
    pixels = np.zeros((8, 8, 3), dtype=np.uint8)
    pixels[2:4] = [255, 0, 0]
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_image(pixels, "red.png")
        mlflow.log_image(Image.fromarray(pixels), key="shot", step=3, timestamp=1_700_000_000_000)
        mlflow.flush_artifact_async_logging()
    plt.close(figure)
    client, run_id = world.client, run.info.run_id
    equal(np.asarray(mlflow.artifacts.load_image(f"runs:/{run_id}/red.png"))[..., :3].tolist(), pixels.tolist())
    holds(mlflow.artifacts.load_image(f"runs:/{run_id}/plots/line.png").size[0] > 10, "a figure")
    stepped = [path for path, _, _ in listing(client, run_id, "images")]
    equal(len(stepped), 2, "an image and its small form")
    holds(all("shot" in path for path in stepped) and any(path.endswith(".webp") for path in stepped), str(stepped))
    equal(client.get_run(run_id).data.tags["mlflow.loggedImages"], "True")


@check("tables are logged, appended to and loaded over runs")
def tables(world):
    import pandas as pd

    made = world.experiment()
    with mlflow.start_run() as run:
        mlflow.log_table({"q": ["eins", "zwei"], "score": [0.5, 1]}, "eval.json")
        mlflow.log_table(pd.DataFrame({"q": ["drei"], "score": [None]}), "eval.json")
    frame = mlflow.load_table("eval.json", run_ids=[run.info.run_id], extra_columns=["run_id"])
    equal(list(frame["q"]), ["eins", "zwei", "drei"])
    equal(list(frame["run_id"].unique()), [run.info.run_id])
    equal(len(world.client.load_table(made, "eval.json")), 3)
    holds("eval.json" in world.client.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"], "its tag")


@check("artifacts are deleted, alone and by folder")
def delete(world):
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    made = world.experiment()
    client = world.client
    run = client.create_run(made)
    run_id = run.info.run_id
    for path in ("keep.txt", "gone.txt", "folder/a.txt", "folder/deep/b.txt"):
        client.log_text(run_id, path, path)
    repository = get_artifact_repository(run.info.artifact_uri)
    repository.delete_artifacts("gone.txt")
    repository.delete_artifacts("folder")
    repository.delete_artifacts("folder")
    equal([path for path, _, _ in listing(client, run_id)], ["keep.txt"])


@check("a file that is not there, and a folder as a file, are 404")
def missing(world):
    made = world.experiment()
    client = world.client
    run_id = client.create_run(made).info.run_id
    client.log_text(run_id, "x", "dir/x.txt")
    root = f"{world.url}{proxy}/{made}/{run_id}/artifacts"
    answer = requests.get(f"{root}/never.txt")
    equal((answer.status_code, answer.json()["error_code"]), (404, "RESOURCE_DOES_NOT_EXIST"))
    answer = requests.get(f"{world.url}/get-artifact", params={"run_id": run_id, "path": "dir/x.txt"})
    equal((answer.status_code, answer.text), (200, "x"))
    holds(answer.headers["content-disposition"].startswith("attachment"), "never shown in place")
    equal(answer.headers["x-content-type-options"], "nosniff")


@check("a folder asked for as a file is 404", ours=True)
def folder_as_file(world):
    made = world.experiment()
    run_id = world.client.create_run(made).info.run_id
    world.client.log_text(run_id, "x", "dir/x.txt")
    equal(requests.get(f"{world.url}{proxy}/{made}/{run_id}/artifacts/dir").status_code, 404)


@check("paths that lead out are refused")
def traversal(world):
    made = world.experiment()
    run_id = world.client.create_run(made).info.run_id
    root = f"{world.url}{proxy}/{made}/{run_id}/artifacts"
    for path in ("%2e%2e/%2e%2e/x", "a/%252e%252e/%252e%252e/x"):
        answer = requests.Session().send(prepared("PUT", f"{root}/{path}", b"x"))
        equal(answer.status_code, 400, path)
    for path in ("../x", "a/../../x", "%2e%2e/x"):
        answer = requests.get(f"{world.url}{proxy}", params={"path": f"{made}/{run_id}/artifacts/{path}"})
        equal((answer.status_code, answer.json()["error_code"]), (400, "INVALID_PARAMETER_VALUE"), path)


def prepared(method, url, data=None):
    """A request whose path stays as it is written."""
    request = requests.Request(method, url, data=data).prepare()
    request.url = url
    return request


@check("a download goes on where it broke off", ours=True)
def resume(world):
    made = world.experiment()
    data = random.Random(7).randbytes(300_000)
    run_id = world.client.create_run(made).info.run_id
    world.client.log_artifact(run_id, str(world.file("big.bin", data)))
    url = f"{world.url}{proxy}/{made}/{run_id}/artifacts/big.bin"
    first = requests.get(url, headers={"Range": "bytes=0-99999"})
    equal((first.status_code, first.headers["content-range"]), (206, "bytes 0-99999/300000"))
    rest = requests.get(url, headers={"Range": "bytes=100000-"})
    equal(rest.status_code, 206)
    equal(first.content + rest.content, data)
    equal(requests.get(url, headers={"Range": "bytes=300000-"}).status_code, 416)


@check("a big file goes up and comes down whole")
def big(world):
    made = world.experiment()
    data = random.Random(5).randbytes(1 << 20) * 24
    run_id = world.client.create_run(made).info.run_id
    world.client.log_artifact(run_id, str(world.file("big.bin", data)), "sub")
    path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="sub/big.bin", dst_path=str(world.new_folder()))
    with open(path, "rb") as file:
        equal(hashlib.sha256(file.read()).hexdigest(), hashlib.sha256(data).hexdigest())


@check("a big file goes up in parts", ours=True)
def multipart(world):
    made = world.experiment()
    data = random.Random(6).randbytes(1 << 20) * 23
    client = world.client
    run_id = client.create_run(made).info.run_id
    settings = {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(5 << 20),
        "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 << 20),
    }
    kept = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        client.log_artifact(run_id, str(world.file("parts.bin", data)), "sub")
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    equal(listing(client, run_id, "sub"), [("sub/parts.bin", False, len(data))])
    path = client.download_artifacts(run_id, "sub/parts.bin", str(world.new_folder()))
    with open(path, "rb") as file:
        equal(hashlib.sha256(file.read()).hexdigest(), hashlib.sha256(data).hexdigest())
    body = {"path": "parts.bin", "num_parts": 2}
    made_upload = requests.post(f"{world.url}/api/2.0/mlflow-artifacts/mpu/create/{made}/{run_id}/artifacts", json=body).json()
    equal([one["part_number"] for one in made_upload["credentials"]], [1, 2])
    abort = {"path": "parts.bin", "upload_id": made_upload["upload_id"]}
    equal(requests.post(f"{world.url}/api/2.0/mlflow-artifacts/mpu/abort/{made}/{run_id}/artifacts", json=abort).status_code, 200)
    equal(listing(client, run_id), [("sub", True, None)], "an upload that was given up leaves nothing")

