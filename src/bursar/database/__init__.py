"""Rows at rest: connections, named SQL, migrations and a PostgreSQL of our own. Knows nothing of documents."""
