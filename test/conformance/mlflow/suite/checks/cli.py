import json
import os
import subprocess
import sys

from harness import check, equal, holds


def process(world, *words):
    """What `mlflow <words>` prints as a process of its own."""
    env = {**os.environ, "MLFLOW_TRACKING_URI": world.url, "COLUMNS": "400"}
    code = "from mlflow.cli import cli; cli()"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *words], env=env, capture_output=True, text=True, timeout=120)
    equal(done.returncode, 0, f"exit code of mlflow {' '.join(words)}: {done.stderr}")
    return done.stdout


def command(*words):
    """What the same command prints when it runs here, which spares it the start."""
    from click.testing import CliRunner
    from mlflow.cli import cli

    done = CliRunner(env={"COLUMNS": "400"}).invoke(cli, words)
    equal(done.exit_code, 0, f"exit code of mlflow {' '.join(words)}: {done.output} {done.exception!r}")
    return done.stdout


@check("mlflow experiments, runs and artifacts on the command line")
def commands(world):
    name = world.name("cli")
    client = world.client
    out = command("experiments", "create", "--experiment-name", name)
    made = client.get_experiment_by_name(name).experiment_id
    holds(made in out, out)
    holds(name in command("experiments", "search"), "found among all")
    run = client.create_run(made, run_name="läuft").info.run_id
    client.log_text(run, "Grüße", "notes/a.txt")
    client.log_param(run, "p", "1")
    holds(run in process(world, "runs", "list", "--experiment-id", made), "the run is listed")
    described = json.loads(command("runs", "describe", "--run-id", run))
    equal(described["data"]["params"], {"p": "1"})
    target = world.new_folder()
    command("artifacts", "download", "--run-id", run, "--artifact-path", "notes", "--dst-path", str(target))
    equal((target / "notes" / "a.txt").read_text(), "Grüße")
    holds("notes" in command("artifacts", "list", "--run-id", run), "artifacts are listed")
