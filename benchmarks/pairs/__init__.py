"""Labelled pairs: reading sets of them, the peers, and the protocol by which all are judged."""
