"""What documents call things, by language: data in TOML files, and the tolerant matching of it."""
