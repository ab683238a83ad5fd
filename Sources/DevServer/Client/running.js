// What the page runs, module by module, and telling the server.
