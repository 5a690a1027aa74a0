"""Bank and card statements: rows, balances and identity from pages of any layout."""
