"""The HTTP door: translates requests into calls of `service`, and what comes back into replies. No rule lives here."""
