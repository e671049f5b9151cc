"""Tags on model versions and pipelines, and search by them."""

import uuid

import pytest

from servers import psql


def make(drover, text=None, token=None):
    """A tag of the instance; the text is one that nobody else has, unless given."""
    answer = drover.api("POST", "/tags", token, json={"tag": text or f"My Great Tag {uuid.uuid4()}"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def refused(answer, status, code):
    assert answer.status_code == status and answer.json()["code"] == code, answer.text
    return answer.json()


def pages(drover, path, token, **params):
    """All items of a list, read two at a time."""
    rows, cursor, first = [], None, True
    while first or cursor:
        answer = drover.api("GET", path, token, params={"limit": 2, **params, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows, cursor, first = rows + page["items"], page.get("next_cursor"), False
    return rows


class World:
    """Ada's workspace with a model of two versions and a pipeline; Bob helps there, Eve does not."""

    def __init__(self, drover):
        _, self.ada = drover.user()
        email, self.bob = drover.user()
        _, self.eve = drover.user()
        self.workspace = drover.workspace(self.ada)
        self.old = drover.upload(self.workspace, token=self.ada)
        self.new = drover.upload(self.workspace, token=self.ada)
        self.pipeline = drover.pipeline(self.workspace, self.new["id"], token=self.ada)
        path = f"/workspaces/{self.workspace}/members/{email}"
        assert drover.api("PUT", path, self.ada, json={"role": "collaborator"}).status_code == 200
        self.targets = {"model_version_id": f"/model-versions/{self.new['id']}", "model_id": f"/models/{self.new['model_id']}",
                        "pipeline_id": f"/pipelines/{self.pipeline['id']}"}


@pytest.fixture(scope="module")
def world(drover):
    return World(drover)


@pytest.mark.proves("TAG-02", "TAG-12")
def test_a_tag_is_made_by_its_text_and_seen_by_everybody(drover, world):
    text = f"My Great Tag, 100% {uuid.uuid4()}"
    answer = drover.api("POST", "/tags", world.ada, json={"tag": text})
    tag = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"/api/v1/tags/{tag['id']}"
    assert isinstance(tag["id"], int) and tag["tag"] == text and tag["models"] == tag["pipelines"] == []
    assert tag["created_by"] == drover.api("GET", "/me", world.ada).json()["id"]
    for token in (world.ada, world.bob, world.eve, None):
        assert drover.api("GET", f"/tags/{tag['id']}", token).json() == tag
    refused(drover.api("POST", "/tags", world.eve, json={"tag": text}), 409, "name_taken")
    assert make(drover, text.upper(), world.eve)["id"] != tag["id"]  # Exactly as it is written.


@pytest.mark.parametrize("text", ["", "x" * 101, "a\nb", "a\u0000b", "a\u0085b"])
def test_a_tag_that_is_no_text_is_refused(drover, text):
    answer = drover.api("POST", "/tags", json={"tag": text})
    problem = refused(answer, 422, "invalid")
    assert [(e["field"], e["rule"]) for e in problem["errors"]] == [("tag", "tag")]


@pytest.mark.proves("TAG-03", "TAG-10")
def test_the_list_shows_what_has_each_tag(drover, world):
    tag = make(drover)
    for target in world.targets.values():
        assert drover.api("PUT", f"{target}/tags/{tag['id']}", world.ada).status_code == 200
    assert drover.api("PUT", f"/model-versions/{world.old['id']}/tags/{tag['id']}", world.ada).status_code == 200
    row = next(row for row in pages(drover, "/tags", world.ada) if row["id"] == tag["id"])
    assert row["models"] == [{"id": world.new["model_id"], "workspace_id": world.workspace, "name": "house",
                              "versions": [world.old["id"], world.new["id"]]}]
    assert row["pipelines"] == [{"id": world.pipeline["id"], "workspace_id": world.workspace,
                                 "name": world.pipeline["name"]}]
    assert type(row["id"]) is type(row["models"][0]["id"]) is type(row["pipelines"][0]["id"]) is int
    ids = [row["id"] for row in pages(drover, "/tags", world.ada)]
    assert ids == sorted(set(ids))
    # The tag is everybody's, what has it is not.
    assert drover.api("GET", f"/tags/{tag['id']}", world.bob).json() == row
    assert drover.api("GET", f"/tags/{tag['id']}", world.eve).json() == {**row, "models": [], "pipelines": []}
    assert row["complete"] is True


def test_a_tag_that_is_on_very_much_shows_a_hundred_of_it_and_says_so(drover, world):
    tag, workspace = make(drover)["id"], world.workspace
    me = drover.api("GET", "/me", world.ada).json()["id"]

    def put_on(count):
        psql(drover.postgres, f"""
            with made as (
                insert into pipelines (workspace_id, name, created_by, created_at, updated_at)
                select {workspace}, 'tagged-' || gen_random_uuid(), '{me}', now(), now() from generate_series(1, {count})
                returning id)
            insert into pipeline_tags select {workspace}, id, {tag} from made""")
        return drover.api("GET", f"/tags/{tag}", world.ada).json()
    row = put_on(100)
    assert len(row["pipelines"]) == 100 and row["complete"] is True
    row = put_on(1)
    assert len(row["pipelines"]) == 100 and row["complete"] is False
    psql(drover.postgres, f"delete from pipeline_tags where tag_id = {tag}")


@pytest.mark.proves("TAG-01", "TAG-04", "TAG-05", "TAG-07", "TAG-08", "TAG-12")
@pytest.mark.parametrize("noun", ["model_version_id", "model_id", "pipeline_id"])
def test_a_tag_is_put_on_and_taken_off_and_twice_is_as_once(drover, world, noun):
    tag = make(drover, token=world.eve)["id"]
    path = f"{world.targets[noun]}/tags/{tag}"
    expected = {"model_version_id": {"model_version_id": world.new["id"]},
                "model_id": {"model_id": world.new["model_id"], "model_version_id": world.new["id"]},
                "pipeline_id": {"pipeline_id": world.pipeline["id"]}}[noun]

    def uses():
        row = drover.api("GET", f"/tags/{tag}", world.ada).json()
        return [v for model in row["models"] for v in model["versions"]] + [p["id"] for p in row["pipelines"]]
    for method, token, left in [("PUT", world.ada, 1), ("PUT", world.bob, 1), ("DELETE", world.bob, 0), ("DELETE", world.ada, 0)]:
        answer = drover.api(method, path, token)
        assert answer.status_code == 200 and answer.json() == {**expected, "tag_id": tag}, answer.text
        assert uses() == [world.pipeline["id"] if noun == "pipeline_id" else world.new["id"]] * left


@pytest.mark.proves("TAG-07")
def test_a_tag_of_a_model_stays_with_the_version_that_was_the_newest(drover, world):
    tag = make(drover)["id"]
    first = drover.upload(world.workspace, "growing", token=world.ada)
    path = f"/models/{first['model_id']}/tags/{tag}"
    assert drover.api("PUT", path, world.ada).json()["model_version_id"] == first["id"]
    second = drover.upload(world.workspace, "growing", token=world.ada)
    assert drover.api("DELETE", path, world.ada).json()["model_version_id"] == second["id"]
    found = drover.api("GET", f"/tags/{tag}", world.ada).json()["models"]
    assert [model["versions"] for model in found] == [[first["id"]]]


@pytest.mark.parametrize("noun", ["model_version_id", "model_id", "pipeline_id"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_may_tag(drover, world, noun, method):
    tag = make(drover, token=world.eve)["id"]
    path = f"{world.targets[noun]}/tags/{tag}"
    drover.api("PUT", path, world.ada)
    refused(drover.api(method, path, False), 401, "unauthenticated")
    # Strangers, whoever made the tag, and administrators are none of the workspace's.
    for token in (world.eve, None):
        refused(drover.api(method, path, token), 404, "not_found")
    assert drover.api("GET", f"/tags/{tag}", world.ada).json() != drover.api("GET", f"/tags/{tag}", world.eve).json()
    for token in (world.bob, world.ada):
        assert drover.api(method, path, token).status_code == 200
    for bad in (f"{world.targets[noun]}/tags/{2**62}", f"{world.targets[noun]}/tags/x", f"{world.targets[noun]}x/tags/{tag}"):
        refused(drover.api(method, bad, world.ada), 404, "not_found")


def test_a_tag_is_removed_by_its_maker_or_an_administrator_while_nothing_has_it(drover, world):
    mine, other = make(drover, token=world.bob)["id"], make(drover, token=world.bob)["id"]
    link = f"{world.targets['pipeline_id']}/tags/{mine}"
    drover.api("PUT", link, world.ada)
    refused(drover.api("DELETE", f"/tags/{mine}", False), 401, "unauthenticated")
    for token in (world.eve, world.ada):
        refused(drover.api("DELETE", f"/tags/{mine}", token), 403, "forbidden")
    for token in (world.bob, None):
        refused(drover.api("DELETE", f"/tags/{mine}", token), 409, "tag_in_use")
    drover.api("DELETE", link, world.ada)
    assert drover.api("DELETE", f"/tags/{mine}", world.bob).status_code == 204
    refused(drover.api("DELETE", f"/tags/{mine}", world.bob), 404, "not_found")
    refused(drover.api("GET", f"/tags/{mine}", world.bob), 404, "not_found")
    assert drover.api("DELETE", f"/tags/{other}").status_code == 204


def test_nothing_is_tagged_in_an_archived_workspace_but_tags_come_off(drover):
    _, token = drover.user()
    workspace = drover.workspace(token)
    pipeline = drover.pipeline(workspace, drover.upload(workspace, token=token)["id"], token=token)
    on, off = (f"/pipelines/{pipeline['id']}/tags/{make(drover)['id']}" for _ in range(2))
    assert drover.api("PUT", off, token).status_code == 200
    drover.api("PATCH", f"/workspaces/{workspace}", token, json={"archived": True}, headers={"If-Match": "*"})
    refused(drover.api("PUT", on, token), 409, "workspace_archived")
    assert drover.api("DELETE", off, token).status_code == 200


@pytest.mark.proves("TAG-06", "TAG-11")
def test_pipelines_are_found_by_any_part_of_a_tag(drover, world):
    word = uuid.uuid4().hex[:10]
    tags = [make(drover, f"{word} Great"), make(drover, f"{word} 100% good_or_bad")]
    pipelines = [drover.pipeline(world.workspace, world.new["id"], token=world.ada) for _ in range(3)]
    for pipeline in pipelines:
        for tag in tags:
            drover.api("PUT", f"/pipelines/{pipeline['id']}/tags/{tag['id']}", world.ada)
    newest = drover.api("POST", f"/pipelines/{pipelines[0]['id']}/versions", world.ada, json={"steps": []}).json()
    ids = [pipeline["id"] for pipeline in reversed(pipelines)]
    for term in (word, word.upper(), f"{word} gREAT", f"{word} 100%", "0% good_or_bad"):
        rows = pages(drover, "/pipelines", world.bob, tag=term)
        assert [row["id"] for row in rows if word in row["tags"][0]["tag"]] == ids, term
    for term in (f"{word}%", f"{word}_Great", f"{word} 100_", "\\", f"{word} Greta"):
        assert pages(drover, "/pipelines", world.bob, tag=term) == [], term
    assert pages(drover, "/pipelines", world.eve, tag=word) == []
    row = pages(drover, f"/workspaces/{world.workspace}/pipelines", world.ada, tag=word)[-1]
    assert row["name"] == pipelines[0]["name"] and row["created_at"] and row["updated_at"] == newest["created_at"]
    assert row["latest_version"] == newest and row["published"] is False
    assert row["tags"] == [{"id": t["id"], "tag": t["tag"]} for t in sorted(tags, key=lambda t: t["tag"])]
    everything = [row["id"] for row in pages(drover, "/pipelines", world.ada, tag="")]
    assert set(ids) <= set(everything) and world.pipeline["id"] in [r["id"] for r in pages(drover, "/pipelines", world.ada)]


@pytest.mark.proves("TAG-09", "TAG-11")
def test_model_versions_are_found_by_any_part_of_a_tag(drover, world):
    word = uuid.uuid4().hex[:10]
    tag = make(drover, f"{word} Production")
    versions = [drover.upload(world.workspace, name, token=world.ada) for name in ("first", "first", "second")]
    for version in versions:
        drover.api("PUT", f"/model-versions/{version['id']}/tags/{tag['id']}", world.ada)
    label = [{"id": tag["id"], "tag": tag["tag"]}]
    expected = [{**version, "tags": label} for version in reversed(versions)]
    for term in (word, f"{word} PROD", f"{word} production"):
        assert pages(drover, "/model-versions", world.bob, tag=term) == expected, term
    for term in (f"{word}%", f"{word}_Production", "x" * 100):
        assert pages(drover, "/model-versions", world.bob, tag=term) == [], term
    assert pages(drover, "/model-versions", world.eve, tag=word) == []
    assert pages(drover, "/model-versions", world.eve) == []
    everything = pages(drover, "/model-versions", world.ada)
    assert everything[:3] == expected and {world.old["id"], world.new["id"]} <= {row["id"] for row in everything}
    of_model = drover.api("GET", f"/models/{versions[0]['model_id']}/versions", world.ada).json()["items"]
    assert of_model == expected[1:]


def test_spaces_of_a_search_may_be_written_either_way(drover, world):
    word = uuid.uuid4().hex[:10]
    tag = make(drover, f"{word} one+two")["id"]
    drover.api("PUT", f"/pipelines/{world.pipeline['id']}/tags/{tag}", world.ada)
    for query, found in [("%20one%2Btwo", 1), ("+one%2btwo", 1), ("+one+two", 0), ("%2Bone%2Btwo", 0)]:
        rows = drover.api("GET", f"/pipelines?limit=5&tag={word}{query}", world.ada).json()["items"]
        assert len(rows) == found, query
    refused(drover.api("GET", "/pipelines?tag=%ff", world.ada), 422, "invalid")
    assert drover.api("GET", "/pipelines?limit=1&tag", world.ada).json()["items"]  # Any tag.


@pytest.mark.parametrize("path", ["/pipelines", "/model-versions"])
@pytest.mark.parametrize("term", ["x" * 101, "a\nb", "\u0000"], ids=["long", "newline", "zero"])
def test_a_search_for_what_no_tag_can_be_is_refused(drover, path, term):
    problem = refused(drover.api("GET", path, params={"tag": term}), 422, "invalid")
    assert [(e["field"], e["rule"]) for e in problem["errors"]] == [("tag", "tag")]


def test_nobody_reads_tags_without_a_token(drover):
    for path in ("/tags", "/tags/1", "/model-versions", "/pipelines?tag=a"):
        refused(drover.api("GET", path, False), 401, "unauthenticated")
