"""Run by `MLflowServer.register` in MLflow's own environment: what a data scientist does with the MLflow client."""

import json
import pathlib
import shutil
import sys
import tempfile

import mlflow
from mlflow import MlflowClient

client = MlflowClient()
known = {model.name for model in client.search_registered_models()}
experiment = client.get_experiment_by_name("drover") or client.get_experiment(client.create_experiment("drover"))
made = []


def log_model(name, how):
    """`mlflow.sklearn.log_model`, registered at once, later or not at all."""
    import mlflow.sklearn
    from sklearn.cluster import KMeans

    mlflow.set_experiment("drover")
    model = KMeans(2, n_init=1, random_state=1).fit([[0.0], [0.5], [5.0], [6.0]])
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(
            model, name="model", serialization_format="pickle", pip_requirements=["scikit-learn"],
            registered_model_name=name if how == "registered" else None)
    version = info.registered_model_version
    if how == "later":
        version = mlflow.register_model(info.model_uri, name).version
    return {"name": name, "version": version and int(version), "run_id": run.info.run_id, "model_id": info.model_id}


for name, description, files in json.load(sys.stdin):
    if name not in known:
        client.create_registered_model(name, description=f"All of {name}")
        known.add(name)
    if not files:
        made.append(None)
        continue
    if "log_model" in files:
        made.append(log_model(name, files["log_model"]))
        continue
    run = client.create_run(experiment.experiment_id)
    with tempfile.TemporaryDirectory() as directory:
        for path, source in files.items():
            target = pathlib.Path(directory, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        client.log_artifacts(run.info.run_id, directory, "model")
        client.log_text(run.info.run_id, "import os", "train.py")
    version = client.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id, description=description)
    client.set_terminated(run.info.run_id)
    made.append({"name": name, "version": int(version.version), "run_id": run.info.run_id})
print(json.dumps(made))
