"""WHAT HAPPENED: samples, the Recording type, files in and out, the journal that survives a kill."""

from ruler.recording.files import load_recording as load_recording
from ruler.recording.files import output_path as output_path
from ruler.recording.files import save_beside as save_beside
from ruler.recording.files import save_recording as save_recording
from ruler.recording.journal import free_journal as free_journal
from ruler.recording.journal import journal_path as journal_path
from ruler.recording.journal import recover as recover
from ruler.recording.journal import recovered as recovered
from ruler.recording.measured import measured_recording as measured_recording
from ruler.recording.recorder import Recorder as Recorder
from ruler.recording.recording import Recording as Recording
