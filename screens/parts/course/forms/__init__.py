"""Forms of decisions, one module a kind."""
