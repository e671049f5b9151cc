"""`start`: `drover serve` against a migrated database and a running registry, until /readyz answers 200; `idle-rss`: its
memory a little later."""

import signal
import time
from statistics import median

from figure import Figure
from stand import eventually, free_port, get, memory_kib

ROUNDS = 5


def measure(stand):
    seconds, memory = [], []
    for _ in range(ROUNDS):
        port, edge_port = free_port(), free_port()
        start = time.perf_counter()
        process = stand.serve(
            stand.directory / "start.log", "--database-url", stand.conninfo(user="drover"), "--oci-registry",
            f"127.0.0.1:{stand.registry_port}", "--oci-plain-http", "true", "--secret-key-file",
            stand.data / "secret.key", "--http-port", port, "--edge-port", edge_port)
        try:
            eventually(lambda: get(port, "/readyz")[0] == 200, 20, every=0.001)
            seconds.append(time.perf_counter() - start)
            time.sleep(1)
            memory.append(memory_kib(process.pid, "VmRSS") / 1024)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    yield Figure("start", median(seconds) / 0.3, 1, at_most=True, note=f"{median(seconds):.3f} s, of 0.3")
    yield Figure("idle-rss", median(memory) / 60, 1, at_most=True, note=f"{median(memory):.1f} MiB, of 60")
