"""The ways in which GitHub says no: status, sentence, errors. Source: https://docs.github.com/rest."""

from ai_coder.loopback.http import Answer, Json

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):
    """The request ends here, with the answer GitHub would give."""

    def __init__(
        self,
        status: int,
        message: str,
        *errors: Json,
        headers: dict[str, str] | None = None,
        simple: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        body: Json = {"message": message}
        if errors or simple:
            body["errors"] = [*errors, *simple]
        body |= {"documentation_url": DOCUMENTATION, "status": str(status)}
        self.answer = Answer(status, body, headers or {})


def bad_credentials() -> Refused:
    """The token is unknown, or there is none."""
    return Refused(401, "Bad credentials")


def not_found(message: str = "Not Found") -> Refused:
    """There is no such thing, or the token may not know of it."""
    return Refused(404, message)


def not_accessible(needs: str) -> Refused:
    """An installation token without the permission `needs`, such as `contents=write`."""
    headers = {"X-Accepted-GitHub-Permissions": needs}
    return Refused(403, "Resource not accessible by integration", headers=headers)


def empty_repository() -> Refused:
    """The repository has no commit."""
    return Refused(409, "Git Repository is empty.")


def unprocessable(message: str) -> Refused:
    """A sentence without a list of errors, as the Git database gives."""
    return Refused(422, message)


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> Refused:
    """Validation Failed, with the field and the code of one error."""
    error = {"resource": resource, "field": field, "code": code}
    return Refused(422, "Validation Failed", error | ({"message": message} if message else {}))


def custom(resource: str, message: str) -> Refused:
    """Validation Failed, with one error told in words."""
    return Refused(422, "Validation Failed", {"resource": resource, "code": "custom", "message": message})
