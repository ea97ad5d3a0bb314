"""From the sentence of a provincial plan to a verdict that carries its error."""
