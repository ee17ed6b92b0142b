def number(year: int, count: int) -> str:
    return f"{year}-{count:06d}"
