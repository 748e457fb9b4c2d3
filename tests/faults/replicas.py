"""A PostgreSQL that is followed by another one, to be killed; and a pooler before one."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from databases import Cluster
from sqlalchemy import URL

SAFE = "-c fsync=off -c synchronous_commit=on -c wal_keep_size=64MB"
"""What is acknowledged has reached whoever follows. It need not reach the disk: no power is cut here."""


class Primary(Cluster):
    """Acknowledges a commit when `followed` by another server, which has it too; otherwise at once."""

    def __init__(self, programs: Path, *, is_safe: bool) -> None:
        super().__init__(programs)
        self.options = SAFE
        self.is_safe = is_safe

    def wait_for_follower(self) -> None:
        with psycopg.connect(f"host={self.folder} user=kodex dbname=postgres", autocommit=True) as connection:
            if self.is_safe:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            state = "sync" if self.is_safe else "async"
            until = time.monotonic() + 30
            while (state,) not in connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall():
                assert time.monotonic() < until, "nobody follows"
                time.sleep(0.05)

    def set_read_only(self, is_read_only: bool) -> None:
        """Refuses to write, as a server does that follows another one."""
        with psycopg.connect(f"host={self.folder} user=kodex dbname=postgres", autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {is_read_only}".encode())
            connection.execute("SELECT pg_reload_conf()")

    def kill(self) -> None:
        process_id = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process_id, signal.SIGKILL)
        (self.folder / "data" / "postmaster.pid").unlink()


class Standby(Cluster):
    """Follows another server until it is promoted."""

    def __init__(self, programs: Path) -> None:
        super().__init__(programs)
        self.options = SAFE

    def follow(self, primary: Primary) -> None:
        source = f"--dbname=host={primary.folder} user=kodex"
        self._run("pg_basebackup", source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self._serve()

    def pause(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=fast")

    def go_on(self) -> None:
        self._serve()

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "--wait")


class Pooler:
    """PgBouncer before a cluster, in one of its modes. It refuses to run as root, as PostgreSQL does."""

    program = Path("/usr/sbin/pgbouncer")

    def __init__(self, cluster: Cluster, mode: str) -> None:
        self.cluster = cluster
        self.folder = Path(tempfile.mkdtemp(prefix="pooler-", dir=cluster.folder))
        self.mode = mode

    def start(self) -> None:
        file = self.folder / "pgbouncer.ini"
        size = 24 if self.mode == "session" else 4  # there a server's connection is a client's for good
        file.write_text(
            f"[databases]\n* = host={self.cluster.folder} user=kodex\n[pgbouncer]\npool_mode = {self.mode}\n"
            f"unix_socket_dir = {self.folder}\nlisten_port = 5432\nauth_type = any\ndefault_pool_size = {size}\n"
            f"logfile = {self.folder / 'log'}\n"
        )
        if self.cluster.user is not None:
            shutil.chown(self.folder, self.cluster.user)
        self.process = subprocess.Popen([self.program, "--quiet", file], **self.cluster.identity())
        until = time.monotonic() + 10
        while not (self.folder / ".s.PGSQL.5432").exists():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, "the pooler does not listen"
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def address(self, direct: URL) -> str:
        """Of the database, through the pooler."""
        return direct.update_query_dict({"host": str(self.folder)}).render_as_string(hide_password=False)
