"""How fast Kodex is, and what it costs: measured on this machine, beside a floor and a yardstick."""
