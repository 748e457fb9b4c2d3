"""What stands at the address of a screen that is not the reader's."""

from people import security_log
from screens.parts import addresses, page
from screens.parts.session import visit

seen = visit()
security_log.note("screen", person=seen.principal.key, result="refused")
t = seen.words
page.opening(
    t("Nothing is shown here"),
    t("This screen is not yours"),
    t("It belongs to a role that you do not have. If you need it for your work, ask human resources for the role."),
)
page.link(addresses.HOME, t("Back to your courses"))
