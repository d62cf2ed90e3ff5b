"""The local servers: they answer, keep their data, and recover from being killed."""

import os
import signal
import socket
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from contactcenter.local.postgres import THROW_AWAY, PostgresServer
from contactcenter.local.servers import ServerError
from contactcenter.local.valkey import ValkeyServer
from tests.local.conftest import Spawn, eventually, is_alive

LONE = """
import sys, time
from pathlib import Path
from contactcenter.local.postgres import THROW_AWAY, PostgresServer
from contactcenter.local.valkey import ValkeyServer
folder = Path(sys.argv[1])
with PostgresServer(folder / "postgres", THROW_AWAY) as postgres, ValkeyServer(folder / "valkey") as valkey:
    print(postgres.pid, valkey.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space in its path that the database server's account can reach."""
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        if os.geteuid() == 0 and str(parent).startswith("/tmp/pytest-of"):
            parent.chmod(0o711)
    return tmp_path / "with space"


def test_postgres_keeps_data_port_and_password_between_starts(folder: Path) -> None:
    with PostgresServer(folder, THROW_AWAY) as first:
        address, pid = first.url, first.pid
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'příliš žluťoučký' AS words")
    assert pid is not None
    assert not is_alive(pid)
    with PostgresServer(folder, THROW_AWAY) as second, psycopg.connect(second.url) as connection:
        assert second.url == address
        rows = connection.execute("SELECT upper(words) FROM kept")
        assert rows.fetchone() == ("PŘÍLIŠ ŽLUŤOUČKÝ",)
        assert connection.info.server_version // 10000 == 18


def test_postgres_listens_on_loopback_with_a_password_only(folder: Path) -> None:
    with PostgresServer(folder, THROW_AWAY) as server:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url.replace(server.password, "wrong"))
        with psycopg.connect(server.url) as connection:
            shown = connection.execute(
                "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
            )
            assert shown.fetchone() == ("127.0.0.1", "")


def test_postgres_starts_again_after_it_was_killed(folder: Path) -> None:
    server = PostgresServer(folder, THROW_AWAY).start()
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(5)
    # A recycled process id in the lock file would make PostgreSQL refuse to start.
    lock = server.data / "postmaster.pid"
    lock.write_text(lock.read_text().replace(str(server.process.pid), str(os.getpid()), 1))
    with PostgresServer(folder, THROW_AWAY) as again:
        assert again.is_ready()


def test_an_interrupted_initdb_is_done_again(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("18\n")
    with PostgresServer(folder, THROW_AWAY) as server:
        assert server.is_ready()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(ServerError, match="no_such_setting"):
        PostgresServer(folder, {"no_such_setting": "1"}).start()


def test_valkey_keeps_data_and_asks_for_its_password(folder: Path) -> None:
    with ValkeyServer(folder) as first:
        redis.Redis.from_url(first.url).set("kept", "yes")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=first.port, retry=None).get("kept")
    with ValkeyServer(folder) as second:
        client = redis.Redis.from_url(second.url)
        assert (second.url, client.get("kept")) == (first.url, b"yes")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_another_port_is_chosen_when_the_remembered_one_is_taken(folder: Path) -> None:
    with ValkeyServer(folder, durable=False) as first:
        taken = first.port
    with socket.create_server(("127.0.0.1", taken)), ValkeyServer(folder, durable=False) as second:
        assert second.port != taken


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change the account")
def test_as_root_postgres_runs_unprivileged_even_where_its_account_may_not_go(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(parents=True, mode=0o700)
    with PostgresServer(closed / "postgres", THROW_AWAY) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
        assert "0" not in uids
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_servers_end_when_the_process_that_started_them_is_killed(spawn: Spawn, folder: Path) -> None:
    owner = spawn(LONE, folder)
    assert owner.stdout is not None
    pids = [int(pid) for pid in owner.stdout.readline().split()]
    assert [is_alive(pid) for pid in pids] == [True, True]
    owner.send_signal(signal.SIGKILL)
    owner.wait(5)
    assert eventually(lambda: not any(map(is_alive, pids)), 4), "a server outlived its owner"
