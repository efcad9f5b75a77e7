"""Wing 1, getting: the web comes in, items go out."""

VERSION = "0.1.0"
