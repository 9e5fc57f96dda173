"""Runs the checks against a server: `python suite/run.py --url http://… --grpc host:port --mlflow program [--only regex] module …`."""

import argparse
import importlib
import logging
import re
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import harness  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True)
parser.add_argument("--grpc", required=True)
parser.add_argument("--mlflow", required=True, help="the program that serves models")
parser.add_argument("--only", help="a regular expression of 'module: title'")
parser.add_argument("modules", nargs="+")
options = parser.parse_args()
# One of the clients reads the command line for itself when it is imported.
sys.argv = sys.argv[:1]
for module in options.modules:
    importlib.import_module(module)
chosen = [one for one in harness.checks if not options.only or re.search(options.only, f"{one[0]}: {one[1]}")]
failed = harness.run_checks(harness.World(options.url, options.grpc, options.mlflow), chosen)
print(f"done {len(chosen) - failed} passed, {failed} failed", flush=True)
sys.exit(1 if failed else 0)
