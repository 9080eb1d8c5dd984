"""One picture to many browsers: REST, websocket, access."""
