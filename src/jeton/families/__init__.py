"""The slices, one folder each, found by walking: a new family is one new folder with its card in `__init__`."""
