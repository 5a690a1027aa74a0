"""Any schema: the names of its fields matched to known facts, else to labels on the page, else to columns."""
