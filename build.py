"""Entry point: `python build.py [command]`; see `python build.py --help`."""

import sys
from pathlib import Path

from broadsheet.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], root=Path(__file__).resolve().parent))
