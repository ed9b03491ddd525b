"""The authorization server, sans-IO: it reads messages, decides, and says what to keep. It knows no product.

Every endpoint has three steps, each in its own place: *read* (`messages`: parameters become one frozen type), *decide*
(`clients`, `grants`, `endpoints`: pure functions), *write* (`server`: the only caller of ports). A refusal is returned,
never raised, since a refusal may have something to keep. Clocks and randomness are arguments.
"""
