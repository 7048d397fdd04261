"""Verdicts in, labels out: whose they are, how likely their claim was to be read, and what was taken back."""
