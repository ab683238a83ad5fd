// The error overlay, in a shadow tree of its own.
