"""Serve the two demo shops until interrupted."""

from __future__ import annotations

from crawler.demo.shops import serve

if __name__ == "__main__":
    serve()
