from decimal import Decimal


def euros(cents: int) -> Decimal:
    return Decimal(cents) / 100
