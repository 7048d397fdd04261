"""Who is asking: passwords, sessions, tokens, and how often one may guess."""
