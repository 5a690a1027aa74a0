"""What a document says: frozen facts with evidence, and their JSON form.

The shapes are those of the result contract; a field's name here is its key there.
Amounts are `Decimal`, dates `datetime.date`. No float ever touches an amount.
"""
