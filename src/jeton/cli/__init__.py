"""The operator's commands: each reads its arguments, calls the same services as the doors, and prints what came of it."""
