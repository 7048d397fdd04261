"""The classifier: features of a prepared text, the fitted linear model, its folder of arrays and JSON."""
