// Does nothing by itself: what it tries, it tries from its page, whose origin is the same.
