"""Bytes by id, on a disk. Names, owners and rights are rows elsewhere."""
