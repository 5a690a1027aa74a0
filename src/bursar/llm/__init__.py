"""Language models on the network. The engine knows only the seam (`extraction.model`)."""
