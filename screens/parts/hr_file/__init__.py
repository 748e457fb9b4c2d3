"""Parts of the screen on which HR uploads its file."""
