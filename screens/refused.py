"""What stands at the address of a screen that is not the reader's."""

from screens.parts import addresses, page
from screens.parts.session import current

t = current().words
page.opening(
    t("Nothing is shown here"),
    t("This screen is not yours"),
    t("It belongs to a role that you do not have. If you need it for your work, ask human resources for the role."),
)
page.link(addresses.HOME, t("Back to your courses"))
