def derivatives(f, x):
    return None
