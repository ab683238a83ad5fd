"""What a row of measurements says."""


def quantile(numbers, q):
    """The quantile `q` of some numbers; 0.5 is the median."""
    ordered = sorted(numbers)
    place = (len(ordered) - 1) * q
    low = int(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low)
