// New text of a large module from the old one and what differs.
