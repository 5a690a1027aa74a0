"""One module a noun of the contract; each holds a router."""
