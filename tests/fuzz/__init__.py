"""What is tried with anything at all: briefly in the suite, and as long as one likes from the command line."""
