import json
import os
import subprocess
import sys

from harness import check, equal, holds


def command(world, *words):
    """What `mlflow <words>` prints."""
    code = "from mlflow.cli import cli; cli()"
    env = {**os.environ, "MLFLOW_TRACKING_URI": world.url, "COLUMNS": "400"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *words], env=env, capture_output=True, text=True, timeout=120)
    equal(done.returncode, 0, f"exit code of mlflow {' '.join(words)}: {done.stderr}")
    return done.stdout


@check("mlflow experiments, runs and artifacts on the command line")
def commands(world):
    name = world.name("cli")
    client = world.client
    out = command(world, "experiments", "create", "--experiment-name", name)
    made = client.get_experiment_by_name(name).experiment_id
    holds(made in out, out)
    holds(name in command(world, "experiments", "search"), "found among all")
    run = client.create_run(made, run_name="läuft").info.run_id
    client.log_text(run, "Grüße", "notes/a.txt")
    client.log_param(run, "p", "1")
    holds(run in command(world, "runs", "list", "--experiment-id", made), "the run is listed")
    described = json.loads(command(world, "runs", "describe", "--run-id", run))
    equal(described["data"]["params"], {"p": "1"})
    target = world.new_folder()
    command(world, "artifacts", "download", "--run-id", run, "--artifact-path", "notes", "--dst-path", str(target))
    equal((target / "notes" / "a.txt").read_text(), "Grüße")
    holds("notes" in command(world, "artifacts", "list", "--run-id", run), "artifacts are listed")
