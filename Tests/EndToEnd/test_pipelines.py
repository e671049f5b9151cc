"""Pipelines and their versions, as the API keeps them."""

import base64

import pytest

from drover_process import EMAIL


@pytest.mark.proves("MODEL-10", "MODEL-22", "PIPE-02", "PIPE-10", "PIPE-17", "PIPE-18", "PIPE-21")
def test_versions_are_stored_as_asked_and_listed_newest_first(drover):
    workspace = drover.workspace()
    house, flat = drover.upload(workspace, "house"), drover.upload(workspace, "flat")
    assert house["sha"] == flat["sha"] and house["id"] != flat["id"]
    assert (house["framework"], house["runtime"], house["status"]) == ("onnx", "onnx", "ready")

    def steps(*versions):
        return [{"model_inference": {"models": [{"version": v["id"]}]}} for v in versions]

    def stored(*versions):
        return [{"model_inference": {"models": [{"name": v["name"], "version": v["id"], "sha": v["sha"]}]}}
                for v in versions]

    pipeline = drover.api("POST", f"/workspaces/{workspace}/pipelines", json={"name": "prices", "steps": steps(house)})
    assert pipeline.status_code == 201, pipeline.text
    pipeline = pipeline.json()
    assert pipeline["workspace_id"] == workspace
    first = pipeline["latest_version"]
    second = drover.api("POST", f"/pipelines/{pipeline['id']}/versions", json={"steps": steps(house, flat)}).json()
    third = drover.api("POST", f"/pipelines/{pipeline['id']}/versions", json={"steps": []}).json()
    assert [v["steps"] for v in (first, second, third)] == [stored(house), stored(house, flat), []]

    listed = drover.api("GET", f"/pipelines/{pipeline['id']}/versions").json()["items"]
    assert [v["id"] for v in listed] == [third["id"], second["id"], first["id"]]
    assert listed[1] == second == drover.api("GET", f"/pipeline-versions/{second['id']}").json()
    numbers = [v["number"] for v in listed]
    assert all(isinstance(n, int) for n in numbers) and numbers == sorted(numbers, reverse=True)
    assert drover.api("GET", f"/pipelines/{pipeline['id']}").json()["version_count"] == 3


@pytest.mark.proves("OPS-12", "PIPE-21")
def test_bundle_and_urls_name_what_the_settings_say(drover):
    _, _, pipeline, publish = drover.published()
    assert publish["pipeline_url"].startswith(f"{drover.registry}/pipelines/{pipeline['name']}:")
    version = drover.api("GET", f"/pipeline-versions/{publish['pipeline_version_name']}").json()
    assert publish["pipeline_version_id"] == version["number"]
    edge, bundle = drover.edge(publish["id"])
    assert edge["pipeline_version_id"] == version["number"]
    lines = base64.b64decode(bundle).decode().split("\n")
    assert f"export OPSCENTER_HOST=127.0.0.1:{drover.edge_port}" in lines
    assert f"export PIPELINE_URL={publish['pipeline_url']}" in lines


@pytest.mark.proves("AUTH-14")
def test_every_resource_names_who_made_it(drover):
    me = drover.api("GET", "/me").json()
    assert me["email"] == EMAIL
    workspace, version, pipeline, publish = drover.published()
    edge, _ = drover.edge(publish["id"])
    for made in (drover.api("GET", f"/workspaces/{workspace}").json(), version, pipeline, publish, edge):
        assert made["created_by"] == me["id"]
