"""How numbers and sentences look, in Vietnamese and in English."""
