"""The HTTP routes: sign-in, certificate check, downloads, health, headers."""
