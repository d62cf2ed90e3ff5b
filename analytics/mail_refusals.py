"""What a mail server's refusal says."""

from smtplib import SMTPRecipientsRefused, SMTPResponseException


def may_pass(error: OSError) -> bool:
    """Whether the mail server said that it did not take a mail for now; one that said nothing may have it.

    A refusal for now has a code of 400 to 499 (RFC 5321, section 4.2.1): a server that is busy, or that lets strangers
    call twice (greylisting).
    """
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    else:
        codes = [error.smtp_code] if isinstance(error, SMTPResponseException) else []
    return bool(codes) and all(400 <= code < 500 for code in codes)
