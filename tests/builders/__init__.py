"""Draws synthetic invoices and statements with exactly known truth.

Facts are made first, from a seed (`invoices.facts`, `statements.facts`); layouts draw them (`invoices.layouts`,
`statements.layouts`) and say which of them stand on the page. Truth has the form that `bursar eval` reads.
People, firms and banks are made up; identifiers have right check digits.
"""
