"""The people who learn: directory, reporting lines, access, accounts."""
