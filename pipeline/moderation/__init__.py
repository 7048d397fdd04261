"""The queue as people work it: what a claim's priority is made of, whose hands it is in, what was decided."""
