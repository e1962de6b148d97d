"""Why a request is not served. None of them repeats anything that the client has sent."""


class Refused(Exception):
    """403: no such token, or not one that may do this."""


class Unknown(Exception):
    """503: the token names a pod that is not in the cache (yet). Try again."""


class Unavailable(Exception):
    """503: the API server could not be asked. Try again."""


class Limited(Exception):
    """429: too much at once. Try again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:.1f} s")
        self.seconds = seconds
