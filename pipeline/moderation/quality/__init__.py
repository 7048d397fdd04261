"""What the audit sample and second reads tell: figures that do not depend on the order of reading.

| module | in | out |
|---|---|---|
| `shares` | weighted yes and no | a share with its interval |
| `estimates` | audit members; what was read in the queue's order | prevalence, precision, misses, calibration |
| `agreement` | pairs of verdicts on one claim | agreement and kappa with intervals |
| `reading` | the store | both of these |
| `measure` | the store | everything that `saring quality` prints |
"""

from pipeline.moderation.quality.measure import Quality, measure_prevalence, measure_quality

__all__ = ["Quality", "measure_prevalence", "measure_quality"]
