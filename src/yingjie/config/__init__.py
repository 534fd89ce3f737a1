"""How the product is put together: settings, the URL tree, the WSGI entry."""
