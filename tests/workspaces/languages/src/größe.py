def lesbar(n):
    return f"{n / 1024:.1f} KiB"
