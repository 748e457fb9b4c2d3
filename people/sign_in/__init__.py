"""Sign-in: accounts, sessions, passwords, single sign-on, throttling, provisioning."""
