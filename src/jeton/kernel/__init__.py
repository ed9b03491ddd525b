"""The product's words: frozen values, pure rules, Protocols and declarations. No I/O, time, chance, SQL or HTTP."""
