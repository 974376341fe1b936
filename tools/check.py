#!/usr/bin/env python3
"""./dev check: the house rules that a machine can hold. Exit 1 and one line per finding, each saying what to do instead."""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
findings: list[str] = []


def sources(*patterns: str) -> list[pathlib.Path]:
    """Files git knows or would take, so that build folders and caches are left out."""
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted({ROOT / line for line in out.stdout.splitlines() if (ROOT / line).is_file()})


def relative(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


# --- layers -----------------------------------------------------------------------------------------------------------

def read_layers() -> list[tuple[str, list[str]]]:
    layers = []
    for line in (SRC / "LAYERS").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, may = line.partition(":")
            layers.append((folder.strip(), may.split()))
    return layers


def layer_of(folder: str, layers) -> tuple[str, list[str]] | None:
    """The longest line of LAYERS that holds this folder."""
    best = None
    for name, may in layers:
        if (folder == name or folder.startswith(name + "/")) and (best is None or len(name) > len(best[0])):
            best = (name, may)
    return best


def check_layers() -> None:
    layers = read_layers()
    include = re.compile(r'^\s*#include "([^"]+)"', re.M)
    for path in sources("src/*.h", "src/*.cc"):
        folder = str(path.parent.relative_to(SRC))
        layer = layer_of(folder, layers)
        if layer is None:
            findings.append(f"{relative(path)}: folder {folder} is not in src/LAYERS; give it a storey")
            continue
        for target in include.findall(path.read_text(errors="replace")):
            if not (SRC / target).exists() and not target.startswith("pch"):
                if (path.parent / target).exists():
                    findings.append(f"{relative(path)}: include \"{target}\" from src/, as \"{folder}/{target}\"")
                continue
            there = layer_of(str(pathlib.PurePath(target).parent), layers)
            if there is None or there[0] == layer[0]:
                continue
            allowed = any(there[0] == may or (may.endswith("/*") and there[0].startswith(may[:-1])) or there[0].startswith(may + "/") and may in ("wire", "store")
                          for may in layer[1])
            if not allowed:
                findings.append(f"{relative(path)}: {layer[0]} may not include {there[0]} (\"{target}\"); it may include: {' '.join(layer[1]) or 'nothing'}")


# --- ban list ---------------------------------------------------------------------------------------------------------

PURE = ("src/base/", "src/model/", "src/wire/", "src/engine/")
BANS = [  # where, pattern, what instead
    (PURE, r"\bstd::chrono::(system|steady|high_resolution)_clock\b", "time is a field of the Input; io has Clock&"),
    (PURE, r"\b(std::random_device|std::mt19937|rand\(\)|getrandom)\b", "ids come from what happened; tests bring their own generator"),
    (PURE, r"#include <(thread|mutex|condition_variable|future|shared_mutex|atomic)>", "engine state belongs to one thread; threads live in io and run"),
    (PURE, r"#include <(fstream|filesystem|sys/socket\.h|unistd\.h|fcntl\.h)>", "files and sockets live in store and io"),
    (PURE, r"\b(std::)?getenv\(", "configuration is passed in"),
    (("src/engine/", "src/model/", "src/wire/"), r"\bstd::unordered_(map|set)\b", "std::map, or a sorted vector: hash order must not reach an output"),
    (("src/",), r"#include <(regex|iostream|format|expected)>", "RE2; spdlog or fmt; fmt"),
    (("src/",), r"\babsl::(StrCat|StrSplit|InvalidArgumentError|NotFoundError|UnavailableError)\b", "base/text.h speaks std::string_view"),
    (("src/engine/", "src/model/", "src/wire/", "src/base/"), r"\babsl::Hash\b", "base/hash.h: absl::Hash has a new seed in each process"),
    (("src/",), r"class \w*(Manager|Helper|Util|Utils)\b", "a name that would serve as a heading in the docs"),
    (("src/", "tests/", "console/src/", "demo/", "docs/", "tools/"), r"https?://[\w.-]*(pypi|npmjs|debian\.org|golang\.org/proxy|crates\.io|maven)[\w.-]*", "name packages, not the hosts they come from"),
]


def check_bans() -> None:
    for path in sources("src/*", "tests/*", "console/src/*", "demo/*", "docs/*", "tools/*"):
        name = relative(path)
        if path.suffix not in {".h", ".cc", ".py", ".ts", ".tsx", ".md", ".css", ".mjs"} or name == "tools/check.py":
            continue
        lines = path.read_text(errors="replace").splitlines()
        for where, pattern, instead in BANS:
            if not name.startswith(where):
                continue
            for number, line in enumerate(lines, 1):
                code = line.split("//")[0] if path.suffix in {".h", ".cc"} and "http" not in pattern else line
                if re.search(pattern, code):
                    findings.append(f"{name}:{number}: {line.strip()[:80]}; instead: {instead}")


# --- headers, targets, format -----------------------------------------------------------------------------------------

def check_pragma_and_targets() -> None:
    cmake = {path.parent: path.read_text() for path in sources("*CMakeLists.txt")}
    for path in sources("src/*.h"):
        if "#pragma once" not in path.read_text(errors="replace"):
            findings.append(f"{relative(path)}: a header begins with #pragma once after its contract")
    for path in sources("src/*.cc", "tests/*.cc", "bench/*.cc"):
        folder = path.parent
        named = False
        while folder != ROOT.parent and not named:
            text = cmake.get(folder)
            if text is not None:
                written = re.escape(str(path.relative_to(folder)))
                named = re.search(rf"(^|[\s(/\"]){written}($|[\s)\"])", text) is not None or (path.stem.endswith("_fuzz") and re.search(rf"\b{path.stem.removesuffix('_fuzz')}\b", text) is not None)
                if not named and "GLOB" in text and path.suffix == ".cc":
                    named = re.search(r"GLOB[^)]*\*_?\w*\.cc", text) is not None
            folder = folder.parent
        if not named:
            findings.append(f"{relative(path)}: no CMakeLists.txt names it; add it to its room or delete it")


FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-missing-field-initializers", f"-I{SRC}", "-x", "c++", "-"]
STAMPS = ROOT / "build" / "headers"


def with_includes(header: pathlib.Path, seen: dict[pathlib.Path, str]) -> None:
    """The header and all of ours that it draws in: what its verdict depends on."""
    if header in seen or not header.exists():
        return
    seen[header] = header.read_text(errors="replace")
    for target in re.findall(r'^\s*#include "([^"]+)"', seen[header], re.M):
        with_includes(SRC / target, seen)


def compile_alone(header: pathlib.Path) -> str | None:
    seen: dict[pathlib.Path, str] = {}
    with_includes(header, seen)
    digest = hashlib.sha256("".join(f"{path.name}\n{text}" for path, text in sorted(seen.items())).encode()).hexdigest()
    stamp = STAMPS / digest  # compiled alone before, and nothing of it has changed since
    if stamp.exists():
        return None
    done = subprocess.run(["g++", *FLAGS], input=f'#include "{header.relative_to(SRC)}"\n', capture_output=True, text=True)
    if done.returncode == 0:
        stamp.touch()
        return None
    errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
    return f"{relative(header)}: does not compile alone: {errors[0][-200:] if errors else 'unknown'}"


def check_headers() -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        findings.extend(filter(None, pool.map(compile_alone, sources("src/*.h"))))


def check_format() -> None:
    files = [str(path) for path in sources("src/*.h", "src/*.cc", "tests/*.h", "tests/*.cc", "bench/*.cc")]
    def one(batch: list[str]) -> list[str]:
        done = subprocess.run(["clang-format-16", "--dry-run", "--Werror", *batch], capture_output=True, text=True)
        return re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)
    batches = [files[i:i + 40] for i in range(0, len(files), 40)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for names in pool.map(one, batches):
            findings.extend(f"{os.path.relpath(name, ROOT)}: not formatted; ./dev fix does it" for name in sorted(set(names)))


def main() -> int:
    stages = [("layers", check_layers), ("ban list", check_bans), ("targets", check_pragma_and_targets), ("format", check_format), ("headers", check_headers)]
    for name, stage in stages:
        before = len(findings)
        stage()
        print(f"{'ok    ' if len(findings) == before else 'FAILED'} {name}")
    for finding in findings:
        print(finding)
    print(f"check: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
