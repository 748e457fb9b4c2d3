"""How fast Kodex is, and what it costs: measured on this machine, next to a floor and a yardstick."""
