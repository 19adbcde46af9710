"""Entry point: `python build.py [command]`; see `python build.py --help`."""

import contextlib
import gc
import os
import sys
from pathlib import Path

NEEDED = (3, 11)

if __name__ == "__main__":
    if sys.version_info < NEEDED:
        sys.stderr.write("build.py needs Python 3.11 or newer, and this one is older.\n")
        sys.exit(3)
    gc.disable()  # for good: with all that a command made, one look at its end takes a sixth of a short build
    try:
        from broadsheet.cli import main

        code = main(sys.argv[1:], root=Path(__file__).resolve().parent)
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("broadsheet"):
            raise
        sys.stderr.write(
            f"This Python lacks the package {missing.name}. Run: make site, then .venv/bin/python build.py\n"
        )
        sys.exit(3)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read it has gone
            stream.flush()
    os._exit(code)  # taking thousands of papers to pieces first would hold up whoever waits for the end
