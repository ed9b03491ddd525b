"""Statements as values, compiled once and run on the raw driver; one reader, one writer; a store per port."""
