import shutil

import pytest

from drover_process import Drover


@pytest.fixture(scope="session")
def drover():
    """The server that most tests share. Tests make their own users and workspaces in it."""
    server = Drover().start()
    yield server
    server.stop()
    shutil.rmtree(server.data, ignore_errors=True)


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
