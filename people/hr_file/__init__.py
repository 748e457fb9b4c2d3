"""HR's file of people: reading it, naming its faults, comparing it with the directory, applying it."""
