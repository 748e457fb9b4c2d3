"""Parts of screens on which HR assigns courses by rules, and notes leave that moves due dates."""
