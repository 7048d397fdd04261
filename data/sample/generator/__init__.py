"""How the sample is made: claims -> plan -> reports -> planted identities -> files with some broken rows.

Everything comes from source/ and one seed. Each claim draws from a generator of its own, so a claim
that is added or edited leaves the reports of the others as they were (but for their numbers).
"""
