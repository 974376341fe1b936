"""The shop's git repository: releases are commits with tags like `payment-2.4.1`, instances run a checkout of their tag."""
import json
import os
import shutil
import subprocess
import tarfile
import io
from pathlib import Path

from house import layout

_AUTHORS = {"orders-1.8.1": ("Jonas Brandt", "jonas@shop.test"), "payment-2.4.1": ("Mira Olsen", "mira@shop.test"),
            "catalog-3.2.0": ("Tariq Aziz", "tariq@shop.test"), "shipping-1.3.1": ("Lena Voss", "lena@shop.test")}
_NOTES = {"orders-1.8.1": "orders: free shipping from 150.00", "payment-2.4.1": "payment: one charge at a time per issuer",
          "catalog-3.2.0": "catalog: show the newest reviews on a product's page",
          "shipping-1.3.1": "shipping: keep labels, customers want to print them again"}


class Repository:
    def __init__(self, work: Path):
        self.folder = work / "repository"
        self._checkouts = work / "checkouts"

    def create(self, source: Path) -> None:
        """The shop as it stands in production: one commit, a tag per service."""
        shutil.copytree(source, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        self._git("init", "-q", "-b", "main")
        self._git("add", "-A")
        self._commit("the shop, as it runs in production", ("Shop Team", "team@shop.test"))
        for plan in layout.SERVICES:
            self._git("tag", f"{plan.name}-{plan.version}")

    def release(self, service: str, version: str, patch: Path, settings: dict | None = None) -> str:
        """Commits and tags a release: the patch, the new version, and release settings. Returns the commit."""
        tag = f"{service}-{version}"
        self._git("apply", str(patch))
        release = self.folder / "releases" / f"{service}.json"
        notes = _NOTES.get(tag, f"{service} {version}")
        release.write_text(json.dumps({"service": service, "version": version, "notes": notes, **(settings or {})}) + "\n")
        self._git("add", "-A")
        self._commit(f"{notes}\n\nRelease {tag}.", _AUTHORS.get(tag, ("Shop Team", "team@shop.test")))
        self._git("tag", tag)
        return self.commit_of(tag)

    def commit_of(self, tag: str) -> str:
        return self._git("rev-list", "-n", "1", tag).strip()

    def describe(self, commit: str) -> dict:
        """What a push webhook says about a commit."""
        author, email, when, message = self._git("show", "-s", "--format=%an%n%ae%n%cI%n%B", commit).split("\n", 3)
        changed = self._git("show", "--format=", "--name-status", commit).split("\n")
        names = {"A": [], "M": [], "D": []}
        for line in changed:
            if line:
                names.setdefault(line[0], []).append(line.split("\t")[1])
        return {"id": commit, "message": message.strip(), "timestamp": when, "author": {"name": author, "email": email},
                "added": names["A"], "modified": names["M"], "removed": names["D"]}

    def checkout(self, tag: str) -> Path:
        """The folder with the files of a tag; made when first needed, complete or absent."""
        place = self._checkouts / tag
        if not place.exists():
            fresh = self._checkouts / f".{tag}.{os.getpid()}"
            fresh.mkdir(parents=True)
            archive = subprocess.run(["git", "-C", str(self.folder), "archive", tag], capture_output=True, check=True).stdout
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                files.extractall(fresh)
            fresh.rename(place)
        return place

    def _commit(self, message: str, author: tuple[str, str]) -> None:
        name, email = author
        self._git("-c", f"user.name={name}", "-c", f"user.email={email}", "-c", "commit.gpgsign=false", "commit", "-q", "-m", message)

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", "-C", str(self.folder), *arguments], capture_output=True, text=True, check=True).stdout
