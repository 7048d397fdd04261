"""What passes between the stages: names and values (`columns`), and their checks as frames (`frames`)."""
