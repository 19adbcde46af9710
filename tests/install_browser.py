"""Make sure that there is a Chromium for the browser tests: the one that is installed, else install one."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def installed() -> str:
    """Return the path of an installed Chromium, or the empty string for Playwright's own or none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def main() -> int:
    """Install Chromium when there is none; return the exit code."""
    if installed():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium for the browser tests")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
        if installed():
            return 0
    print("Installing Playwright's Chromium for the browser tests")
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
