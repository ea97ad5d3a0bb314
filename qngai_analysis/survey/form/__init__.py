"""From a survey's codebook to a checked file."""
