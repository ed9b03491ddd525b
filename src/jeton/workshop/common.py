"""Passwords that are tried first: patterns of ours, spelled out in a text file beside this module."""

from importlib.resources import files


def common_passwords() -> frozenset[str]:
    """All of them, case folded. Those shorter than a password may be are not in the file: they are refused anyway."""
    text = files("jeton.workshop").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
