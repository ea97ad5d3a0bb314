"""What is known about the indicators: observations, how they are chosen, where series are cut."""
