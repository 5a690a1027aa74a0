"""Bytes to a Reading: pages with words, lines, ruling lines and boxes. Knows geometry, not what an invoice is."""
