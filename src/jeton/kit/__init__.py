"""Clock, mint, text: small tools of the standard library's make. No word of the product lives here."""
