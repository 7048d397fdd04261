"""Judging a model: splits, metrics with intervals, probes that see no claim, neutrality, plots."""
