"""A Reading to facts: choosing values, each with its evidence."""
