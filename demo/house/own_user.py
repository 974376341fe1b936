"""Programs that refuse to run as root: as root we run them as a lesser user, with a home of their own that this user can reach."""
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnHome:
    folder: Path
    user: pwd.struct_passwd | None   # None: we are no root, and it runs as we do
    prefix: list[str]                # the command that becomes that user

    def give(self) -> None:
        """Hands over what was written so far; nobody else may look."""
        self.folder.chmod(0o700)
        if self.user is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)


def make(work: Path, name: str, users: tuple[str, ...]) -> OwnHome:
    """`name`/ in the work folder; a temporary folder if that user cannot reach it (a checkout below /root). `users` in order of preference."""
    user, prefix = _user(name, users)
    folder = work / name
    folder.mkdir()
    if user is not None and subprocess.run([*prefix, "test", "-x", str(folder)], cwd="/").returncode != 0:
        folder = Path(tempfile.mkdtemp(prefix=_elsewhere(name)))
        with open(work / "elsewhere", "a") as note:
            note.write(f"{name} {folder}\n")
    return OwnHome(folder, user, prefix)


def remove_elsewhere(work: Path) -> None:
    """Removes the temporary folders, of this run or of one that was killed."""
    note = work / "elsewhere"
    if note.exists():
        for line in note.read_text().splitlines():
            name, _, folder = line.partition(" ")
            if Path(folder).name.startswith(_elsewhere(name)):
                shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


def _elsewhere(name: str) -> str:
    return f"nightjar-demo-{name}-"


def _user(name: str, users: tuple[str, ...]) -> tuple[pwd.struct_passwd | None, list[str]]:
    if os.geteuid() != 0:
        return None, []
    for candidate in users:
        try:
            user = pwd.getpwnam(candidate)
            return user, ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        except KeyError:
            continue
    raise SystemExit(f"demo: run as root, but there is no user to run {name} as (looked for {', '.join(users)})")
