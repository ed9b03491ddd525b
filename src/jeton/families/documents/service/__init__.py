"""The use cases on folders and files. Every one reads (work, caller, command) -> value."""
