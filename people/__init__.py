"""Who learns: the directory, reporting lines, access, accounts."""
