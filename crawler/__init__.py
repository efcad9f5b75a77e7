"""Wing 1, getting: the web comes in, items go out."""
