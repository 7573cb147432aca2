"""How the window looks to whom: themes, and less motion. What is chosen is remembered."""

from ruler.lab.art import theme
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.recent import remember_setting, setting
from ruler.lab.window import Window


def begin(wanted: str | None = None) -> None:
    """Take a theme, or the one chosen last."""
    name = wanted or setting("theme")
    theme.use(str(name) if name in theme.THEMES else "light")


@action(
    "",
    "white ground, black lines, strong colours",
    "View",
    "theme_contrast",
    label="High contrast",
    on=lambda _: theme.theme_name() == "contrast",
    name_of_theme="contrast",
)
@action(
    "",
    "dark ground",
    "View",
    "theme_dark",
    label="Dark",
    on=lambda _: theme.theme_name() == "dark",
    name_of_theme="dark",
)
@action(
    "",
    "light ground",
    "View",
    "theme_light",
    label="Light",
    on=lambda _: theme.theme_name() == "light",
    rule=True,
    name_of_theme="light",
)
def _theme(window: Window, name_of_theme: str) -> None:
    theme.use(name_of_theme)
    remember_setting("theme", name_of_theme)
    window.build(keep_views=True)


@action(
    "",
    "a ruler that is shaken is shown as stills, two a second; cursors do not blink",
    "View",
    label="Less motion",
    on=lambda window: window.less_motion,
)
def _less_motion(window: Window) -> None:
    window.less_motion = not window.less_motion
    remember_setting("less motion", window.less_motion)
    window.controls.blink(not window.less_motion)
    window.say(_("What is shaken is shown as stills.") if window.less_motion else _("Every motion is shown."))
