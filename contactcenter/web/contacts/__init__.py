"""Pages of contacts: the list, one contact, merging, files in and out."""
