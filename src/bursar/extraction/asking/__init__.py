"""Fields that the rules left open, asked of a language model; each answer is looked up on the pages before it counts."""
