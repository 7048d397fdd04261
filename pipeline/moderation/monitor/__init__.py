"""The store and the champion in; whether what arrives is still what it learnt from, and what to do, out."""

from pipeline.moderation.monitor.watch import Measure, watch

__all__ = ["Measure", "watch"]
