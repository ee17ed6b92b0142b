def rows(feed):
    return [line.split(";") for line in feed.splitlines() if line]
