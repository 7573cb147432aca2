"""WHAT HAPPENED: samples, the Recording type, files in and out, the journal that survives a kill."""

from ruler.recording.files import load_recording, output_path, save_recording
from ruler.recording.journal import free_journal, journal_path, recover
from ruler.recording.recorder import Recorder
from ruler.recording.recording import Recording

__all__ = [
    "Recorder",
    "Recording",
    "free_journal",
    "journal_path",
    "load_recording",
    "output_path",
    "recover",
    "save_recording",
]
