"""Speed and cost of Kodex, measured on this machine, next to a floor and a yardstick."""
