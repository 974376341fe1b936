"""The process supervisor of the shop's machines: Debian's `supervisor`, with a configuration of its own and its XML-RPC API."""
import contextlib
import time
import xmlrpc.client
from pathlib import Path

from house.processes import Processes

_HEAD = """[inet_http_server]
port=127.0.0.1:{port}

[supervisord]
nodaemon=true
logfile={work}/logs/supervisord.log
pidfile={work}/run/supervisord.pid
childlogdir={work}/logs

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

_PROGRAM = """
[program:{slot}]
command={python} {work}/instances/{slot}/current/run.py --slot {slot}
directory={work}
environment=SHOP_WORK="{work}",PYTHONUNBUFFERED="1"
autostart=false
autorestart={autorestart}
startsecs=1
startretries=3
stopsignal=TERM
stopwaitsecs=8
redirect_stderr=true
stdout_logfile={work}/logs/{slot}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=0
"""


def start(processes: Processes, layout: dict, port: int, python: Path, autorestart: bool = True) -> xmlrpc.client.ServerProxy:
    work = processes.work
    config = _HEAD.format(port=port, work=work)
    for slot in layout["slots"]:
        config += _PROGRAM.format(slot=slot, work=work, python=python, autorestart=str(autorestart).lower())
    (work / "supervisord.conf").write_text(config)
    # Debian's own interpreter: its supervisor lives in Debian's site-packages.
    processes.start("supervisord", ["/usr/bin/supervisord", "-c", work / "supervisord.conf"])
    api = connect(layout)
    until = time.monotonic() + 15
    while True:
        try:
            api.supervisor.getState()
            return api
        except OSError:
            if time.monotonic() > until:
                raise SystemExit(f"demo: supervisord did not start; see {work}/logs/supervisord.log") from None
            time.sleep(0.1)


def connect(layout: dict) -> xmlrpc.client.ServerProxy:
    return xmlrpc.client.ServerProxy(layout["supervisor"], allow_none=True)


def pid_of(api: xmlrpc.client.ServerProxy, slot: str) -> int:
    return api.supervisor.getProcessInfo(slot)["pid"]


def stop(processes: Processes, layout: dict) -> None:
    """Stops the shop's instances, all at once (supervisord by itself ends them one after the other), and then supervisord."""
    with contextlib.suppress(OSError, xmlrpc.client.Error):
        api = connect(layout)
        api.supervisor.stopAllProcesses(False)
        until = time.monotonic() + 10
        while any(info["pid"] for info in api.supervisor.getAllProcessInfo()) and time.monotonic() < until:
            time.sleep(0.1)
    processes.stop("supervisord", wait_seconds=20)
