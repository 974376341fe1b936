"""The shop's own PostgreSQL cluster, in the work folder, on a free port of 127.0.0.1, with a password made for this night.

PostgreSQL refuses to run as root. As root we hand the cluster to the `postgres` user that Debian's package made.
"""
import os
import secrets
import subprocess
import time
from pathlib import Path

from house import own_user
from house.processes import Processes

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 192MB
# A demo's data may be lost in a power cut, and its disk is shared with everything else here.
fsync = off
synchronous_commit = off
full_page_writes = off
# A scan that a missing index forces should hurt one query, not take all cores.
max_parallel_workers_per_gather = 0
jit = off
autovacuum = on
log_min_duration_statement = 250
"""


def binaries() -> Path:
    """The newest server that Debian's packages installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise SystemExit("demo: PostgreSQL is not installed; install it with: apt-get install postgresql")
    return found[-1].parent


def start(processes: Processes, port: int, schema: Path) -> str:
    """Makes the cluster, starts it, fills it. Returns the connection string of the services."""
    work, programs = processes.work, binaries()
    home = own_user.make(work, "postgres", ("postgres", "nobody"))
    prefix = home.prefix
    password = secrets.token_hex(12)
    password_file = home.folder / "password"
    password_file.write_text(password)
    home.give()
    data = home.folder / "data"
    with open(work / "logs" / "initdb.log", "wb") as log:
        subprocess.run([*prefix, str(programs / "initdb"), "-D", str(data), "-U", "shop", "--auth=scram-sha-256", f"--pwfile={password_file}",
                        "--encoding=UTF8", "--locale=C", "--no-sync"], stdout=log, stderr=log, check=True, cwd="/")
    with open(data / "postgresql.conf", "a") as settings:
        settings.write(_SETTINGS + f"port = {port}\n")
    password_file.unlink()
    processes.start("postgres", [*prefix, programs / "postgres", "-D", data], cwd=Path("/"))
    where = f"host=127.0.0.1 port={port} user=shop password={password} dbname=shop"
    admin = {**os.environ, "PGPASSWORD": password, "PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "shop"}
    _wait(programs, admin, processes)
    _psql(programs, admin, ["-d", "postgres", "-c", "CREATE DATABASE shop"])
    _psql(programs, admin, ["-d", "shop", "-f", str(schema)])
    return where


def _wait(programs: Path, admin: dict, processes: Processes) -> None:
    until = time.monotonic() + 30
    while subprocess.run([programs / "pg_isready", "-q"], env=admin).returncode != 0:
        if time.monotonic() > until or processes.get("postgres").poll() is not None:
            raise SystemExit(f"demo: PostgreSQL did not start; see {processes.work}/logs/postgres.log")
        time.sleep(0.1)


def _psql(programs: Path, admin: dict, arguments: list[str]) -> None:
    subprocess.run([programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", *arguments], env=admin, check=True, stdout=subprocess.DEVNULL)
