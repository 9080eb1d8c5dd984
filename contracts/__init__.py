"""What every part of Triptych agrees on: messages, labels, topics, codec, geodesy, clock, the broker door."""
