"""Short messages to phones: how they leave the house. It knows no occasion and no person, only a phone, words and a key.

    gateway()                     the gateway of this instance: `LocalOutbox`, or `HttpGateway` where an address is configured
    gateway().deliver(envelopes)  one `Receipt` for each envelope, whatever became of it
    signing.sign / signing.check  how both sides of the HTTP gateway know each other

Every envelope carries its own `key`. Whoever sends a second time because it was killed sends the same key, and the gateway on the
other side gives out each key once (docs/how-to/text-messages.md).
"""
