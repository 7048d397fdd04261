"""Past claims with what was true of them in, what each order of reading would have been worth out.

| module | in | out |
|---|---|---|
| `cases` | reports with score and truth | claims as a queue knows them |
| `curves` | a tail, or what was counted | how often a claim had been seen at any time |
| `bounds` | scores and truths | the best that an order by this score could do |
| `scene` | cases, a setting, chance | one run of days: arrivals, curves, what is foreseen of views |
| `policies` | a scene | whom each policy reads first |
| `reading` | a scene, a policy, people | when each claim is read, and from which lane |
| `measures` | when claims were read | harmful views before action, recall, waiting, deadlines |
| `compare` | cases, settings | tables with intervals over claims and seeds |

Nothing here is a model of what people do with a verdict; it only compares orders under the same conditions.
"""
