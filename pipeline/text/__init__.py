"""Text, from what people sent to what a model reads: fold, redact, markers, normalise, slang, names, stem."""
