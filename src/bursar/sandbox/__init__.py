"""Hostile documents are opened here: the engine in warm child processes with limits on time and memory."""
