"""What the peers need and a checkout does not hold: made once below the cache folder ($NIGHTJAR_CACHE/peers, else build/peers), again when its recipe changes.
Downloads go through each language's ordinary client, with whatever settings it has on this machine."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stand import ROOT, Missing

HERE = Path(__file__).resolve().parent


def folder() -> Path:
    place = Path(os.environ["NIGHTJAR_CACHE"]) / "peers" if os.environ.get("NIGHTJAR_CACHE") else ROOT / "build" / "peers"
    place.mkdir(parents=True, exist_ok=True)
    return place


def program(*names: str) -> Path | None:
    """The first of the names that $NIGHTJAR_PEERS (a folder) or PATH has."""
    for name in names:
        own = os.environ.get("NIGHTJAR_PEERS")
        if own and os.access(Path(own) / name, os.X_OK):
            return (Path(own) / name).resolve()
        if found := shutil.which(name):
            return Path(found)
    return None


def need(what: str, how: str, *names: str) -> Path:
    if found := program(*names):
        return found
    raise Missing(f"{what} is not installed: {how}")


def _made(place: Path, recipe: list[Path], commands: list[list], environment: dict | None = None) -> Path:
    """Runs `commands` in `place` unless this very recipe was carried out before. The recipe's files are copied there first."""
    stamp, wanted = place / "made", "".join(path.read_text() for path in recipe)
    if stamp.exists() and stamp.read_text() == wanted:
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for path in recipe:
        shutil.copy(path, place / path.name)
    for command in commands:
        done = subprocess.run([str(word) for word in command], cwd=place, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Missing(f"{' '.join(str(word) for word in command[:3])} failed: {done.stdout.strip()[-300:]}")
    stamp.write_text(wanted)
    return place


def python() -> Path:
    """An interpreter with the SDK: the demo's environment, whose pins are in one place."""
    requirements = ROOT / "demo" / "requirements.txt"
    for place in (folder().parent / "demo-venv", ROOT / "demo" / ".work" / "venv"):
        stamp = place / "requirements.installed"
        if stamp.exists() and stamp.read_text() == requirements.read_text():
            return place / "bin" / "python"
    maker = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
    place = folder() / "python"
    return _made(place, [requirements], [[maker, "-m", "venv", place / "venv"], [place / "venv" / "bin" / "pip", "install", "--no-input", "-q", "-r", requirements]]) / "venv" / "bin" / "python"


def node() -> Path:
    """A folder with the sender and its packages."""
    npm = need("npm", "apt-get install nodejs npm", "npm")
    need("node", "apt-get install nodejs npm", "node")
    source = HERE / "node"
    place = _made(folder() / "node", [source / name for name in ("package.json", "package-lock.json", ".npmrc")], [[npm, "ci", "--omit=dev"]])
    shutil.copy(source / "send.mjs", place / "send.mjs")
    return place


def java() -> Path:
    """A folder with the SDK's jars in lib/."""
    need("java", "apt-get install default-jdk-headless maven", "java")
    maven = need("Maven", "apt-get install default-jdk-headless maven", "mvn")
    return _made(folder() / "java", [HERE / "java" / "pom.xml"], [[maven, "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"]])


def go() -> Path:
    """The built sender."""
    compiler = need("Go", "a toolchain of version 1.26 or newer in PATH", "go")
    source = HERE / "go"
    return _made(folder() / "go", [source / name for name in ("go.mod", "go.sum", "main.go")], [[compiler, "build", "-trimpath", "-o", "sender", "."]]) / "sender"
