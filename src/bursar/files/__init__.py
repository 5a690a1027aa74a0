"""Bytes at rest: one interface, kept in a local folder, an object store or memory. Knows nothing of documents."""
