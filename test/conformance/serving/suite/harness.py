"""A small runner of checks: each is a function of a `World`, told on one line."""

import time
import traceback
from dataclasses import dataclass

checks = []


@dataclass(frozen=True)
class World:
    """The server under test: its addresses over REST and gRPC, and the program that serves models of MLflow."""

    url: str
    grpc: str
    mlflow: str

    @property
    def host(self):
        return self.url.removeprefix("http://")


def check(title):
    def add(run):
        checks.append((run.__module__, title, run))
        return run

    return add


def equal(found, wanted, where=""):
    if found != wanted:
        raise AssertionError(f"{where} {found!r} is not {wanted!r}".strip())


def holds(condition, told=""):
    if not condition:
        raise AssertionError(told or "does not hold")


def raises(kind, run, text=""):
    try:
        run()
    except kind as error:
        holds(text in str(error), f"{error} lacks {text!r}")
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def run_checks(world, chosen):
    failed = 0
    for module, title, run in chosen:
        started = time.monotonic()
        try:
            run(world)
            print(f"ok   {module}: {title} ({(time.monotonic() - started) * 1000:.0f} ms)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {module}: {title}\n{traceback.format_exc()}", flush=True)
    return failed
