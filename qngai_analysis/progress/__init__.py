"""From figures to verdicts: is a target met, is it on pace, how sure is that, and why."""
