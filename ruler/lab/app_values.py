"""Numbers that several parts of the window share."""

FRAME_RATE = 60
SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
RECORDINGS = {".csv", ".npz", ".parquet"}
# Labels and buttons are brought up to date this often, s: pygame_gui's text is slow.
LABEL_INTERVAL = 0.1
# A message in the status line stays this long, s.
MESSAGE_TIME = 6.0
CENTRE_ZOOM = 1.2
# Extension to which the shipped scenarios pull; a network that learns beside the ruler is trained by then.
USUAL_EXTENSION = 0.55
