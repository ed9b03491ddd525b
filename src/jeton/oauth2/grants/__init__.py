"""One small module per grant: its `GRANT_TYPE`, and `decide`."""
