"""What keeps things, behind the kernel's ports: SQL and blobs. It knows no use case, no HTTP, and not who is asking."""
