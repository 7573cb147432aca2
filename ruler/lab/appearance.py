"""How the window looks to whom: themes, and less motion. What is chosen is remembered."""

from functools import partial

from ruler.lab.art import theme
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.recent import remember_setting, setting
from ruler.lab.window import Window


def begin(wanted: str | None = None) -> None:
    """Take a theme, or the one chosen last."""
    name = wanted or setting("theme")
    theme.use(str(name) if name in theme.THEMES else "light")


def _theme(window: Window, name_of_theme: str) -> None:
    theme.use(name_of_theme)
    remember_setting("theme", name_of_theme)
    window.build(keep_views=True)


def _looks_so(name_of_theme: str, _: Window) -> bool:
    return theme.theme_name() == name_of_theme


for _name, _look in theme.THEMES.items():
    action(
        "",
        _look.text,
        "View",
        f"theme_{_name}",
        label=_look.label,
        on=partial(_looks_so, _name),
        rule=_name == next(iter(theme.THEMES)),
        name_of_theme=_name,
    )(_theme)


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
