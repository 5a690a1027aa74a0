"""The version of the package, and of the engine as results name it."""

__version__ = "0.1.0"
