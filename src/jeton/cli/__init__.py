"""The operator's commands. Data goes to standard output, everything else to standard error; see `jeton -h`."""

from jeton.cli.main import main

__all__ = ["main"]
