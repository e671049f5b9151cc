"""`pipelined-reads`: primary-key reads of 32 tasks through Persistence, against pgbench with 32 clients."""

import re
from statistics import median

from figure import Figure
from stand import BIN, run

ROWS, TASKS, ROUNDS, SECONDS = 100_000, 32, 5, 2
# The same statement as in PersistenceBench.
SCRIPT = f"\\set id random(1, {ROWS})\nselect id, name, created_at from bench_rows where id = :id;\n"


def measure(stand):
    stand.sql("create database reads", "postgres")
    stand.sql(
        "create table bench_rows (id bigint primary key, name text not null, created_at timestamptz not null);"
        f"insert into bench_rows select n, 'name ' || n, now() from generate_series(1, {ROWS}) n", "reads")
    stand.sql("vacuum analyze bench_rows", "reads")
    script = stand.directory / "reads.sql"
    script.write_text(SCRIPT)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        text = run("pgbench", "-n", "-M", "prepared", "-c", TASKS, "-j", 2, "-T", SECONDS, "-f", script,
                   "-h", stand.socket, "-U", "postgres", "reads")
        theirs.append(float(re.search(r"tps = ([\d.]+)", text)[1]))
        ours.append(float(run(BIN / "PersistenceBench", stand.conninfo("reads"), TASKS, SECONDS, ROWS)))
    yield Figure("pipelined-reads", median(ours) / median(theirs), 1.0,
                 note=f"{median(ours):.0f} against {median(theirs):.0f} reads/s")
