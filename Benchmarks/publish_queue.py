"""`publish-queue-rss`, `publish-queue-order`: 200 publishes of small models that are queued at once, most of them by one
workspace."""

import itertools
import tempfile
from pathlib import Path

import onnx_file
from figure import Figure
from stand import eventually, memory_kib, run

GREEDY, OTHERS, EACH = 160, 8, 5


def measure(stand):
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        file = Path(directory, "model.onnx")
        onnx_file.write(file, 1 << 18)
        greedy = pipelines(stand, "greedy", file, GREEDY)
        modest = [pipelines(stand, f"modest-{number}", file, EACH) for number in range(OTHERS)]
    # All of the greedy one first: a queue without fairness would let the others wait for every one of them.
    ids = [publish(stand, pipeline) for pipeline in [*greedy, *itertools.chain(*modest)]]

    def ended():
        return stand.sql(f"select count(*) from publishes where id >= {min(ids)} and status = 'Published'") == str(len(ids))
    _, seconds = eventually(ended, 300, 0.2)
    peak = memory_kib(stand.process.pid, "VmHWM") / 1024
    note = f"{peak:.0f} MiB at the peak, of 150; {len(ids)} publishes in {seconds:.1f} s after the last request"
    yield Figure("publish-queue-rss", peak / 150, 1, at_most=True, note=note)
    # How many of the greedy workspace's were still to come when the last of the others was done: with turns for
    # everybody, at least all but as many as the busiest of the others had, for each turn of the eight.
    later = int(stand.sql(f"""
        select count(*) from publishes where id = any (array{ids[:GREEDY]}) and updated_at > (
            select max(updated_at) from publishes where id = any (array{ids[GREEDY:]}))"""))
    note = f"{later} of the {GREEDY} of one workspace came after the last of the others'"
    yield Figure("publish-queue-order", later / GREEDY, 0.5, note=note)


def pipelines(stand, name, file, count):
    workspace = stand.workspace(name)
    run(*stand.upload_command(workspace, "small", file))
    version = stand.sql(f"select id from model_versions where workspace_id = {workspace}")
    return [stand.pipeline(workspace, f"{name}-{number}", version)["id"] for number in range(count)]


def publish(stand, pipeline):
    return stand.api("POST", f"/pipelines/{pipeline}/publishes", {})["id"]
