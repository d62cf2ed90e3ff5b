"""The floors: the same servers and the same database, with as little as possible between them."""
