"""Fetching: the browser, the archive, replay, the gate, walls and the frontier."""
