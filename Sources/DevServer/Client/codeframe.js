// The lines around a place in a module, as an error shows them.
