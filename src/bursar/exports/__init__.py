"""Facts as files that other programs open: spreadsheets, bookkeeping's bank formats, e-invoices.

Pure functions from facts to bytes. They ask no clock, so that the same facts give the same bytes.
"""
