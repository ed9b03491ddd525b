"""What each endpoint answers, as values; rendering them is the edge's."""
