"""What every test of the suite shares: answers about files and folders pass through two strict readers."""

from jeton.testing.answers import READERS
from tests.clients import read_answer

READERS.append(read_answer)
