"""What the documents name exists."""

import re

from drover_process import ROOT


def test_every_test_that_the_threat_table_names_is_there():
    text = (ROOT / "docs/security.md").read_text()
    cited = set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", text))
    assert len(cited) > 30
    for file, name in cited:
        assert f"def {name}(" in (ROOT / "Tests/EndToEnd" / file).read_text(), f"{file}::{name}"
    suites = set(re.findall(r"`(\w+Tests)`", text))
    sources = "\n".join(path.read_text() for path in (ROOT / "Tests").rglob("*.swift"))
    assert suites and all(re.search(rf"struct {suite}\b", sources) for suite in suites), suites
