"""The verbs of the command line, one a file; `crawler.cli` loads each only when it is called."""
