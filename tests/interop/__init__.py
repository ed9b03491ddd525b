"""Client libraries that nobody here wrote, against the real server: they must find what they expect."""
