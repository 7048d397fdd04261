"""The moderators' page and the API: requests in, the desk's and the intake's functions called, pages and JSON out."""
