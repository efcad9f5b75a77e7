"""The verbs of the command line, one a file; `crawler.verbs` loads each only when it is called."""
