"""`python -m ruler.lab.i18n`: bring the files of all languages up to date with the texts that the window uses."""

from ruler.lab.i18n.catalogue import update

for line in update():
    print(line)
