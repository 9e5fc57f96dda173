"""A package of an endpoint against the published schemas: Kubernetes and KServe, GitHub Actions, GitLab CI, Compose."""

import io
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

import yaml
from harness import check, equal, holds
from manifests import faults_of


def unpack(world):
    folder = Path(tempfile.mkdtemp(prefix="tidemill-package-"))
    with urllib.request.urlopen(f"{world.url}/api/v1/endpoints/risk/package.tar") as answer:
        with tarfile.open(fileobj=io.BytesIO(answer.read())) as archive:
            archive.extractall(folder, filter="data")
    return folder


@check("manifests hold what the published types know and demand, and nothing else")
def manifests(world):
    folder = unpack(world)
    checked = 0
    for path in sorted([*folder.glob("kubernetes/*.yaml"), *folder.glob("kserve/*.yaml")]):
        faults = faults_of(yaml.safe_load(path.read_text()))
        if faults is not None:
            equal((path.name, faults), (path.name, []))
            checked += 1
    equal(checked, 7)
    deployment = yaml.safe_load((folder / "kubernetes/deployment.yaml").read_text())
    deployment["spec"]["template"]["spec"]["containers"][0]["nonsense"] = 1
    holds(any("nonsense" in fault for fault in faults_of(deployment)))


@check("pipelines and the compose file are of their published schemas")
def pipelines(world):
    folder = unpack(world)
    program = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    files = {
        ".github/workflows/risk.yml": ["vendor.github-workflows"],
        ".gitlab-ci.yml": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
        "compose.yaml": ["vendor.compose-spec"],
    }
    for name, schema in files.items():
        ended = subprocess.run([*program, *schema, str(folder / name)], capture_output=True, text=True)
        equal((name, ended.returncode, ended.stdout if ended.returncode else ""), (name, 0, ""))
