"""The unit of all figures: a Flask app with one view that does nothing."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Nothing but an answer."""
    return "hello"
