"""`python -m jeton` is the command `jeton`."""

from jeton.cli import main

if __name__ == "__main__":
    main()
