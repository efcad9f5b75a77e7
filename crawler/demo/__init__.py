"""Two invented shops on loopback, for the demo and for trying things out: `python -m crawler.demo`."""
