"""Publishing in place of other publishes: their edges become those of the new one."""

import pytest

from drover_process import eventually
from edge_node import Node, record
from test_audit import events
from test_refusals import refused, registry_process


@pytest.fixture(scope="module")
def owner(drover):
    return drover.user()[1]


@pytest.fixture(scope="module")
def first(drover, owner):
    """(workspace, pipeline, publish)"""
    workspace, _, pipeline, publish = drover.published(owner)
    return workspace, pipeline, publish


def ask(drover, pipeline, token, replaces):
    return drover.api("POST", f"/pipelines/{pipeline['id']}/publishes", token, json={"replaces": replaces})


def test_an_edge_goes_on_with_its_certificate_under_the_new_publish(drover, owner, first, tmp_path):
    workspace, pipeline, old = first
    edge, bundle = drover.edge(old["id"], owner)
    waiting, its_bundle = drover.edge(old["id"], owner)
    node = Node(drover, bundle, tmp_path / "node").join()
    other = drover.pipeline(workspace, drover.upload(workspace, "next", token=owner)["id"], token=owner)
    new = drover.publish(other["id"], owner, replaces=[old["id"]])
    assert new["status"] == "Published", new
    assert new["replaces"] == [{"id": old["id"], "pipeline_name": old["pipeline_name"],
                                "pipeline_version_id": old["pipeline_version_id"]}] and new["replaced_by"] == []
    assert [row["id"] for row in drover.api("GET", f"/publishes/{old['id']}", owner).json()["replaced_by"]] == [new["id"]]

    # The same edges, elsewhere: the certificate of one and the join token of the other are as good as before.
    for before in (edge, waiting):
        now = drover.api("GET", f"/edges/{before['id']}", owner).json()
        assert (now["publish_id"], now["pipeline_id"]) == (new["id"], other["id"])
        assert (now["name"], now["spiffe_id"], now["created_at"]) == (before["name"], before["spiffe_id"], before["created_at"])
    assert drover.api("GET", f"/publishes/{old['id']}/edges", owner).json()["items"] == []
    assert node.send([record(1)], 1).status_code == 200
    Node(drover, its_bundle, tmp_path / "waiting").join()
    assert len(drover.all_logs(other["id"], owner)) == 1 and not drover.all_logs(pipeline["id"], owner)
    moved = events(drover, workspace_id=workspace, action="edge.move")
    assert {row["resource_id"]: row["detail"] for row in moved} == {
        row["id"]: {"publish_before": str(old["id"]), "publish": str(new["id"])} for row in (edge, waiting)}
    asked = events(drover, workspace_id=workspace, action="publish.create")
    assert {"replaces": str(old["id"])} in [row.get("detail") for row in asked]

    answer = drover.api("POST", f"/publishes/{old['id']}/edges", owner, json={"name": "too-late"})
    assert str(new["id"]) in refused(answer, 409, "publish_replaced")["detail"]
    path = f"/edges/{edge['name']}"
    assert drover.api("DELETE", f"/publishes/{old['id']}{path}", owner).status_code == 404
    assert drover.api("DELETE", f"/publishes/{new['id']}{path}", owner).status_code == 204


def test_what_can_not_be_replaced(drover, owner, first):
    _, pipeline, old = first
    _, _, _, stranger = drover.published(drover.user()[1])
    _, _, _, elsewhere = drover.published(owner)
    publishes = f"/pipelines/{pipeline['id']}/publishes"
    before = len(drover.api("GET", publishes, owner).json()["items"])
    for replaces, field, rule in (
            ([old["id"], stranger["id"]], "replaces[1]", "known"), ([elsewhere["id"]], "replaces[0]", "known"),
            ([10 ** 12], "replaces[0]", "known"), ([0], "replaces[0]", "known"), ([-1], "replaces[0]", "known"),
            ([old["id"], old["id"]], "replaces[1]", "unique"), (list(range(1, 102)), "replaces", "count")):
        refused(ask(drover, pipeline, owner, replaces), 422, "invalid", field, rule)
    assert ask(drover, pipeline, owner, "all").status_code == 422
    assert len(drover.api("GET", publishes, owner).json()["items"]) == before


def test_one_that_is_being_made_can_not_be_replaced(own_drover):
    drover = own_drover()
    workspace = drover.workspace()
    pipeline = drover.pipeline(workspace, drover.upload(workspace)["id"])
    registry = eventually(lambda: registry_process(drover))
    registry.suspend()
    try:
        publish = ask(drover, pipeline, None, []).json()
        problem = refused(ask(drover, pipeline, None, [publish["id"]]), 409, "not_published")
        assert "replaces[0]" in problem["detail"]
    finally:
        registry.resume()
    eventually(lambda: drover.api("GET", f"/publishes/{publish['id']}").json()["status"] == "Published", 60)
    assert drover.publish(pipeline["id"], replaces=[publish["id"]])["status"] == "Published"
