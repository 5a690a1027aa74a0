"""The terminal door: commands that translate arguments and print; nothing else happens here."""
