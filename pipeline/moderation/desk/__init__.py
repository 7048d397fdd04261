"""What people do with the queue: accounts, the log, dealing, verdicts, merging and splitting, looking."""
