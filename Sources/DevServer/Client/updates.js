// Updates: one after the other, from the message to running code.
