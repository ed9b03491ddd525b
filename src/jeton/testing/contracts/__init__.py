"""What every adapter of a port must do, one suite per port: an adapter's test is a subclass and its fixtures."""
