"""The road of the data: who owes what, letters and forms, what came back, and what is still missing."""
