def tokens(text):
    """Bigrams are good enough for Japanese place names."""
    return [text[i : i + 2] for i in range(len(text) - 1)]
