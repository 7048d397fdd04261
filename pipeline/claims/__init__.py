"""Claims: what is said, once, however often it was reported."""
