"""Scripts, style sheets and typefaces: the same for everybody, compressed once, and kept by browsers."""
