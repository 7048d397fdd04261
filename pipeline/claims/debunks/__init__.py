"""Known fact-checks: read from files, kept by url, and matched to what is reported.

| module | in | out |
|---|---|---|
| `reviews` | one JSON object: schema.org ClaimReview or plain | the fields of a debunk |
| `files` | JSON, JSON lines, CSV | entries, each with its place |
| `entries` | an entry | a debunk, or the reason why it is none |
| `library` | debunks | the library: one row a url, conflicts noted |
| `reading` | raw text | the words and stems that matching compares |
| `index` | words of the library | candidates for a claim |
| `features` | a claim and its candidates | how they are alike, as numbers |
| `ranker` | features | similarity, rank and level |
| `found` | a match | what people see of it |
| `pairs`, `logits` | narratives with the debunk of each | what fits and judges a ranker |
| `fitting` | narratives with the debunk of each | a ranker, with the precision it reaches later |

A match is shown with its date and link; it never closes a claim.
"""
