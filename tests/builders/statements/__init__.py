"""Bank and card statements: their facts, and layouts that draw them."""
