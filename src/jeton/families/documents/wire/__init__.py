"""The shapes of folders, files, rights and the trash on the wire: one module a subject."""
