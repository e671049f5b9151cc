"""Run by `MLflowServer.register` in MLflow's own environment: what a data scientist does with the MLflow client."""

import json
import pathlib
import shutil
import sys
import tempfile

from mlflow import MlflowClient

client = MlflowClient()
known = {model.name for model in client.search_registered_models()}
experiment = client.get_experiment_by_name("drover") or client.get_experiment(client.create_experiment("drover"))
made = []
for name, description, files in json.load(sys.stdin):
    if name not in known:
        client.create_registered_model(name, description=f"All of {name}")
        known.add(name)
    if not files:
        made.append(None)
        continue
    run = client.create_run(experiment.experiment_id)
    with tempfile.TemporaryDirectory() as directory:
        for path, source in files.items():
            target = pathlib.Path(directory, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        client.log_artifacts(run.info.run_id, directory, "model")
    version = client.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id, description=description)
    client.set_terminated(run.info.run_id)
    made.append({"name": name, "version": int(version.version), "run_id": run.info.run_id})
print(json.dumps(made))
