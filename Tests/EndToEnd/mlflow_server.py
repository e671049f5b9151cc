"""A real `mlflow server` from PyPI, in an environment of its own: its packages and those of the tests need not agree."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import requests

from drover_process import ROOT, eventually, free_port

HERE = pathlib.Path(__file__).parent
REQUIREMENTS = HERE / "mlflow-requirements.txt"
ENVIRONMENT = ROOT / ".venv/mlflow"


def install():
    """Makes the environment, unless it is there; scripts/setup does it beforehand."""
    mark, wanted = ENVIRONMENT / "requirements.txt", REQUIREMENTS.read_text()
    if mark.exists() and mark.read_text() == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    subprocess.run([ENVIRONMENT / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
    mark.write_text(wanted)


class MLflowServer:
    """Serves a registry and its artifacts from a directory of its own."""

    def __init__(self, *options):
        install()
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="drover-mlflow-", dir="/tmp"))
        self.url = f"http://127.0.0.1:{free_port()}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.data), "MLFLOW_TRACKING_URI": self.url,
                            "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        self.log = (self.data / "server.log").open("wb")
        self.process = subprocess.Popen(
            [ENVIRONMENT / "bin/mlflow", "server", "--backend-store-uri", f"sqlite:///{self.data}/store.db",
             *(options or ("--artifacts-destination", str(self.data / "artifacts"))), "--host", "127.0.0.1",
             "--port", self.url.rsplit(":", 1)[1], "--workers", "1"],
            env=self.environment, cwd=self.data, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)

    def wait(self):
        eventually(self.is_up, 120, 0.2)
        return self

    def is_up(self):
        assert self.process.poll() is None, (self.data / "server.log").read_text()[-4000:]
        try:
            return requests.get(self.url + "/health", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def register(self, models):
        """Makes models with the MLflow client: [(name, description, {path in the version: file})], one version an entry;
        {"log_model": "registered", "later" or "unregistered"} is a model that `log_model` logs."""
        done = subprocess.run([ENVIRONMENT / "bin/python", HERE / "mlflow_models.py"], env=self.environment, cwd=self.data,
                              input=json.dumps(models, default=str), text=True, capture_output=True, timeout=180, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, 15)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
                self.process.wait(10)
        shutil.rmtree(self.data, ignore_errors=True)


if __name__ == "__main__":
    install()
