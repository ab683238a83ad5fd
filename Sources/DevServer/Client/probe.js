// Where in a module its syntax error is: import() does not say.
