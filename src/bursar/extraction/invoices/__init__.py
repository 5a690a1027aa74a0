"""Readings to invoices: candidates from labels, the table of lines, totals by arithmetic, parties."""
