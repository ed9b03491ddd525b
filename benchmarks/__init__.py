"""How quick the platform is, beside nginx on the same cores: `make bench`. Nothing here is part of the tests."""
