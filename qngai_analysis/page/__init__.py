"""What a page is made of, and the writers that print it; knows nothing of plans or surveys."""
