"""Runs the checks against a server: `python suite/run.py --url http://… [--only regex] [module …]`."""

import argparse
import json
import os
import re
import shutil
import sys
import urllib.request
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here))

# Set before mlflow is imported: it reads some of these once.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
# The client would import every model in a process of its own to see what it needs; what it then writes is the same.
os.environ.setdefault("MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--only", help="a regular expression of 'module: title'")
    parser.add_argument("--reference", action="store_true", help="leave out what the reference server does not do")
    parser.add_argument("--server", default="{}", help="what else is known of the server, as JSON")
    parser.add_argument("--mark", help="told by POST which check begins")
    parser.add_argument("modules", nargs="*")
    return parser.parse_args()


def marker(url):
    def mark(module, title):
        if url:
            body = json.dumps({"module": module, "title": title}).encode()
            urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")).read()

    return mark


def main():
    options = arguments()
    # The client reads the server's address from here where users set nothing else, and so do its own commands.
    os.environ["MLFLOW_TRACKING_URI"] = options.url
    import logging
    import warnings

    warnings.filterwarnings("ignore")
    import harness

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    modules = options.modules or sorted(path.stem for path in (here / "checks").glob("*.py") if path.stem != "__init__")
    checks = harness.load(modules)
    selected = [
        one
        for one in checks
        if (harness.V3 or one.since < 3)
        and not (options.reference and one.ours)
        and (not options.only or re.search(options.only, f"{one.module}: {one.title}"))
    ]
    folder = harness.temporary_folder()
    world = harness.World(url=options.url, server=json.loads(options.server), folder=folder)
    if options.mark:
        # What is recorded twice shall differ in little.
        world.prefix = "recorded"
    try:
        failed = harness.run_checks(world, selected, marker(options.mark))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"done {len(selected) - failed} passed, {failed} failed", flush=True)
    sys.stdout.flush()
    # Threads of the client (asynchronous logging, exporters) may linger; all that counts has been said.
    os._exit(1 if failed else 0)


main()
