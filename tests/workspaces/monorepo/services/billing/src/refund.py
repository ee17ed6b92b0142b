def refundable(paid: int, refunded: int) -> int:
    return max(paid - refunded, 0)
