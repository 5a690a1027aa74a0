"""Output shapes that callers define: read in their three forms, checked, made from a result."""
