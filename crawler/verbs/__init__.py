"""The verbs of the command line by subject; each imports what it runs when it is called."""
