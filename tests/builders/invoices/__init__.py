"""Invoices, credit notes and receipts: their facts, and layouts that draw them."""
