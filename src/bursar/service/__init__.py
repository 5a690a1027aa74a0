"""What the server can do, one module a noun, one function a verb. Knows no HTTP and no HTML."""
