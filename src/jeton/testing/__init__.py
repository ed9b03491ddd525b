"""What tests share: contract suites and builders. Nothing here is part of the product."""
