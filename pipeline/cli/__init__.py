"""The `saring` command, one module per user; each reads, calls a stage, writes, and says one line."""
