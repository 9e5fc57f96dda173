"""A small runner of checks against a tracking server: each check is a function of a `World`, told on one line."""

import contextlib
import importlib
import io
import re
import tempfile
import time
import traceback
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

V3 = int(mlflow.__version__.split(".")[0]) >= 3

_checks: list["Check"] = []


@dataclass
class Check:
    module: str
    title: str
    run: Callable[["World"], None]
    ours: bool
    since: int


@dataclass
class World:
    """The server under test, and names that nothing else on it has."""

    url: str
    server: dict
    folder: Path
    prefix: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    counter: int = 0

    @property
    def client(self) -> MlflowClient:
        return MlflowClient(self.url, self.url)

    def name(self, stem: str) -> str:
        self.counter += 1
        return f"{stem}-{self.prefix}-{self.counter}"

    def experiment(self, stem: str = "experiment") -> str:
        """A new experiment, made the current one; its id."""
        return mlflow.set_experiment(self.name(stem)).experiment_id

    def file(self, name: str, data: bytes | str) -> Path:
        path = self.folder / self.name("file") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def new_folder(self) -> Path:
        path = self.folder / self.name("folder")
        path.mkdir(parents=True)
        return path


def check(title: str, ours: bool = False, since: int = 2):
    """Declares a check. `ours`: what the reference server does not do; `since`: the first client line that has it."""

    def declare(function):
        _checks.append(Check(function.__module__.split(".")[-1], title, function, ours, since))
        return function

    return declare


def equal(actual, expected, what="value"):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(code: str, call: Callable[[], object], text: str = "") -> MlflowException:
    """That the call is refused with exactly this error code, and a message that has this text."""
    try:
        result = call()
    except MlflowException as error:
        equal(error.error_code, code, f"error code of '{error.message}'")
        holds(text in error.message, f"message: expected '{text}' in '{error.message}'")
        return error
    raise AssertionError(f"expected {code}, but it gave {result!r}")


def eventually(what: str, look: Callable[[], object], seconds: float = 20):
    """Waits until `look` gives something true, and gives it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"after {seconds} s still waiting for {what}")


def leave_runs():
    """Ends what a failed check left open."""
    while mlflow.active_run():
        mlflow.end_run()


def load(modules: list[str]) -> list[Check]:
    for module in modules:
        importlib.import_module(f"checks.{module}")
    # Modules import from each other what they need; their checks are not meant.
    return [one for one in _checks if one.module in modules]


def run_checks(world: World, selected: list[Check], mark: Callable[[str, str], None]) -> int:
    failed = 0
    for one in selected:
        mark(one.module, one.title)
        started = time.monotonic()
        mlflow.set_tracking_uri(world.url)
        mlflow.set_registry_uri(world.url)
        try:
            # The client prints where to look at a run.
            with contextlib.redirect_stdout(io.StringIO()):
                one.run(world)
            word, detail = "ok  ", ""
        except Exception as error:
            failed += 1
            word, detail = "FAIL", indent("".join(traceback.format_exception(error, chain=False)))
        finally:
            leave_runs()
            mlflow.autolog(disable=True, silent=True)
        print(f"{word} {one.module}: {one.title} ({time.monotonic() - started:.1f} s){detail}", flush=True)
    return failed


def indent(text: str) -> str:
    return "\n" + re.sub(r"^", "     ", text.rstrip(), flags=re.M)


def temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="mlflow-conformance-"))

