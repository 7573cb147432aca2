"""A cluster that does not answer: one deadline, one line."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

pytest.importorskip("distributed")

SWEEP = 'base = "steady"\n[[axis]]\nkey = "hinge.torque"\nvalues = [0.01]\n'
# The command line that asks a silent scheduler sooner whether it is there.
IMPATIENT = "import ruler.sweeps.cluster as c; c.SILENCE = 2.0; from ruler.cli import main; main()"


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


@pytest.mark.slow
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


@pytest.fixture
def certificate(tmp_path):
    """A certificate that vouches for itself and its key, as files."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes certificates with openssl")
    pair, key = tmp_path / "pair.pem", tmp_path / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", pair],
        check=True, capture_output=True,
    )  # fmt: skip
    return pair, key


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="ends processes by signals")
def test_a_cluster_behind_tls(certificate, shell, wait, tmp_path, monkeypatch):
    pair, key = map(str, certificate)
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    settings = {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True", f"{tls}CA_FILE": pair}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{tls}{who}__CERT": pair, f"{tls}{who}__KEY": key}
    where, path = tmp_path / "scheduler.json", tmp_path / "s.toml"
    path.write_text(SWEEP, encoding="utf-8")

    def dask(what, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(where), *options]
        return subprocess.Popen(
            command, cwd=tmp_path, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    started = [dask("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
    try:
        wait(lambda: where.exists() and where.read_text(encoding="utf-8").endswith("}"))
        address = json.loads(where.read_text(encoding="utf-8"))["address"]
        assert address.startswith("tls://")
        started.append(dask("worker", "--nthreads", "1", "--no-dashboard", "--no-nanny"))
        refused = shell("sweep", path, "-o", tmp_path / "out", "--scheduler", address)
        assert refused.code == 1
        assert refused.err.startswith(f"ruler: --scheduler {address}: no scheduler answers there")
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

        def ran():
            outcome = shell("sweep", path, "-o", tmp_path / "out", "--scheduler", address)
            assert outcome.code == 0 or "no worker has joined" in outcome.err, outcome.err
            return outcome.code == 0

        wait(ran)
        assert (tmp_path / "out" / "table.csv").read_text(encoding="utf-8").count("complete") == 1
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="stops processes by signals")
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_a_scheduler_lost_in_mid_sweep_is_one_line(how, start, wait, tmp_path):
    """Killed, or there and silent; what was finished stays."""
    where, path, folder = tmp_path / "scheduler.json", tmp_path / "s.toml", tmp_path / "out"
    path.write_text(f"seeds = 2000\n{SWEEP}", encoding="utf-8")
    quiet = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = (sys.executable, "-m", "distributed.cli.dask_{}", "--scheduler-file", str(where))
    scheduler, worker = (
        subprocess.Popen([part.format(what) for part in (*dask, *options)], **quiet)
        for what, options in (
            ("scheduler", ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")),
            ("worker", ("--nthreads", "1", "--no-dashboard", "--no-nanny")),
        )
    )
    from distributed import Client

    log = folder / "log.jsonl"
    try:
        wait(lambda: where.exists() and where.read_text(encoding="utf-8").endswith("}"))
        address = json.loads(where.read_text(encoding="utf-8"))["address"]
        with Client(address, timeout=20, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=40)
        process = subprocess.Popen(
            [sys.executable, "-c", IMPATIENT, "sweep", path, "-o", folder, "--scheduler", address],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait(lambda: process.poll() is not None or (log.exists() and log.read_bytes().count(b"\n") > 2))
        scheduler.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)
        _, err = process.communicate(timeout=90)
        assert process.returncode == 1
        assert err.startswith(f"ruler: --scheduler {address}: the cluster was lost")
        assert err.count("\n") == 1
        assert log.read_bytes().count(b"\n") > 2
    finally:
        for each in (worker, scheduler):
            each.kill()
            each.wait()
