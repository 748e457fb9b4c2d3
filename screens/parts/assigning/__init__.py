"""Parts of the screen on which HR assigns courses by rules."""
