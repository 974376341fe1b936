"""A real ticket system, when this machine has one: Gitea, whose API is GitHub's, in a folder of its own on a free port of 127.0.0.1.

Found as `gitea` in PATH or in the folder $NIGHTJAR_PEERS. A build that does not carry its pages has them beside it, in `gitea-static/` (templates, public, options).
Gitea refuses to run as root: as root it runs as `nobody`.
"""
import base64
import json
import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from house import own_user
from house.processes import Processes

_SETTINGS = """APP_NAME = tickets
RUN_USER = {user}
WORK_PATH = {home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
DISABLE_SSH = true
OFFLINE_MODE = true
{static}[database]
DB_TYPE = sqlite3
PATH = {home}/gitea.db
[security]
INSTALL_LOCK = true
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[actions]
ENABLED = false
[repository]
ROOT = {home}/repositories
[log]
MODE = console
LEVEL = warn
"""


def find() -> Path | None:
    own = os.environ.get("NIGHTJAR_PEERS")
    if own and os.access(Path(own) / "gitea", os.X_OK):
        return (Path(own) / "gitea").resolve()
    found = shutil.which("gitea")
    return Path(found) if found else None


@dataclass(frozen=True)
class Gitea:
    url: str
    repository: str
    token: str     # what nightjar gets: issues of the repository and nothing else

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def issues(self) -> list[dict]:
        """As Gitea lists them, each with its `comments` in place of their number."""
        here = f"{self.api}/repos/{self.repository}/issues"
        found = _ask("GET", f"{here}?state=all&limit=50", self.token)
        return [{**issue, "comments": _ask("GET", f"{here}/{issue['number']}/comments", self.token) if issue["comments"] else []} for issue in found]


def start(processes: Processes, program: Path, port: int, repository: str) -> Gitea:
    """Makes the database, a user and a repository, starts the server. About ten seconds."""
    owner, name = repository.split("/")
    home = own_user.make(processes.work, "gitea", ("nobody",))
    static = program.parent / "gitea-static"
    settings = home.folder / "app.ini"
    settings.write_text(_SETTINGS.format(user=home.user.pw_name if home.user else _me(), home=home.folder, port=port,
                                         static=f"STATIC_ROOT_PATH = {static}\n" if static.is_dir() else ""))
    home.give()
    surroundings = {"HOME": str(home.folder), "USER": home.user.pw_name if home.user else _me(), "GITEA_WORK_DIR": str(home.folder)}
    environment = {**processes.environment(), **surroundings}
    password = secrets.token_hex(12)

    def run(*words: str) -> str:
        done = subprocess.run([*home.prefix, str(program), *words, "--config", str(settings)], cwd=home.folder, env=environment, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"demo: gitea {' '.join(words[:3])} failed: {(done.stderr or done.stdout).strip()[-400:]}")
        return done.stdout

    run("migrate")
    run("admin", "user", "create", "--admin", "--username", owner, "--password", password, "--email", f"{owner}@shop.test", "--must-change-password=false")
    token = run("admin", "user", "generate-access-token", "--username", owner, "--token-name", "nightjar", "--scopes", "write:issue", "--raw").strip().splitlines()[-1]
    processes.start("gitea", [*home.prefix, program, "web", "--config", settings], cwd=home.folder, extra=surroundings)
    here = Gitea(f"http://127.0.0.1:{port}", repository, token)
    _wait(here, processes)
    basic = base64.b64encode(f"{owner}:{password}".encode()).decode()
    _ask("POST", f"{here.api}/user/repos", f"Basic {basic}", {"name": name, "auto_init": False, "private": False})
    return here


def _me() -> str:
    import pwd
    return pwd.getpwuid(os.geteuid()).pw_name


def _wait(here: Gitea, processes: Processes) -> None:
    until = time.monotonic() + 90
    while True:
        try:
            _ask("GET", f"{here.api}/version", here.token)
            return
        except (OSError, ValueError):
            if time.monotonic() > until or processes.get("gitea").poll() is not None:
                raise SystemExit(f"demo: Gitea did not start; see {processes.work}/logs/gitea.log") from None
            time.sleep(0.2)


def _ask(method: str, url: str, authorization: str, body=None):
    headers = {"Content-Type": "application/json", "Authorization": authorization if " " in authorization else f"Bearer {authorization}"}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)
