"""Pseudonyms, and how a person's reports are taken out of everything that was written."""
