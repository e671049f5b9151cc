import shutil
import signal

import pytest

from drover_process import Drover
from registry_stub import RegistryStub


# Under nohup SIGHUP is ignored, here and in every child; the tests that send it need what a terminal has.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


# scripts/test gives whole files to a few processes, in this order: what takes longest first, so that no process has a
# long one left when the others are done.
LONGEST = ["test_openapi", "test_embedded", "test_outages", "test_oidc", "test_pages", "test_crash", "test_lockout"]


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def drover():
    """The server that most tests share. Tests make their own users and workspaces in it."""
    server = Drover().start()
    yield server
    server.stop()
    shutil.rmtree(server.data, ignore_errors=True)


@pytest.fixture(scope="session")
def registry_stub():
    """Model registries of every behaviour."""
    server = RegistryStub()
    yield server
    server.stop()


@pytest.fixture
def own_drover():
    """A server of the test's own, to be killed, starved and restarted."""
    servers = []

    def make(**settings):
        server = Drover(**settings).start()
        servers.append(server)
        return server
    yield make
    for server in servers:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
