"""A cluster that does not answer: one deadline, one line."""

import socket
import threading
import time

import pytest

pytest.importorskip("distributed")

SWEEP = 'base = "steady"\n[[axis]]\nkey = "hinge.torque"\nvalues = [0.01]\n'


@pytest.fixture
def silent():
    """A server that accepts and says nothing."""
    server = socket.create_server(("127.0.0.1", 0))
    kept = []

    def accept():
        while True:
            try:
                kept.append(server.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.close()
    for connection, _ in kept:
        connection.close()


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:{silent}", "127.0.0.1:{silent}", "tcp://127.0.0.1:1", "tcp://127.0.0.1", "http://127.0.0.1:{silent}",
     "tcp://no-such-host.invalid:8786", "", "nonsense", "tcp://127.0.0.1:99999", "tls://127.0.0.1:{silent}", "tcp://:"],
)  # fmt: skip
def test_no_answer_is_one_line_in_time(address, silent, shell, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(SWEEP, encoding="utf-8")
    started = time.monotonic()
    outcome = shell("sweep", path, "-o", tmp_path / "out", "--scheduler", address.format(silent=silent))
    assert outcome.code in (1, 2)
    assert "--scheduler" in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.err.count("ruler:") == 1
    assert len(outcome.err) < 500
    assert time.monotonic() - started < 25.0
