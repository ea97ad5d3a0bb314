"""Design-based estimates with their errors."""
