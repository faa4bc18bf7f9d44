def encode_generic_region(bitmap: bytes, width: int, height: int, /) -> bytes:
    """Code a bitmap of packed rows, black as 1, as a generic region: template 0, typical prediction.

    Raises:
        ValueError: the size is not positive, or the bytes are not so many rows.
        MemoryError: there is no room for the result.

    """
