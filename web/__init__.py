"""HTTP beside the screens: sign-in, certificate check, downloads, health, headers."""
