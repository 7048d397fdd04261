"""How reports, views and scores come into the store, in batches and one at a time."""
