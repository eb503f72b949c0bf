"""explore(): the one pattern for every picture that follows sliders.

Why it is not `ipywidgets.interact`: its Output widget can stall a notebook that is run without a browser, and its picture has no text
for a screen reader and is gone in a static page. Here the picture is an <img alt="..."> in an HTML widget, and one mimebundle carries
the live view together with the same picture and text for every place that has no kernel.
"""

import asyncio
import html

from course_lib.pictures import bundle

DEBOUNCE = 0.02  # seconds; a slider that is dragged sends dozens of values, and only the newest is worth a drawing


def explore(draw, alt, **sliders):
    """Show draw(**values) and let sliders change the values.

        explore(draw, alt, slope=(-2.0, 2.0, 0.1, 1.0), n=(1, 9, 1), kind=["relu", "tanh"], step=range(20))

    draw(**values)  returns a matplotlib Figure (course_lib.plots.figure makes one); it must not use pyplot
    alt(**values)   returns the text that says what the picture shows; it stands under the picture and is read by screen readers
    sliders         (low, high, step) or (low, high, step, start): a slider, of whole numbers if all of them are whole;
                    start is low if it is not given
                    range(...): whole steps with a play button, from the first one
                    [a, b, ...]: a choice, from the first one

    Returns an Explorer; as the last expression of a cell it shows itself. An error in draw or alt stands where the picture would be.
    Raises TypeError or ValueError for sliders that cannot be.
    """
    return Explorer(draw, alt, sliders)


class Explorer:
    """A picture, its text and its sliders. values: name -> value now; text: what is said now; sliders: name -> widget."""

    def __init__(self, draw, alt, sliders):
        self._draw, self._alt = draw, alt
        self._loop, self._waiting = _running_loop(), False
        self.values = {name: _start(name, spec) for name, spec in sliders.items()}
        self.sliders, self.widget, self._view = {}, None, None
        self._redraw()
        try:
            import ipywidgets as W
        except ImportError:  # the picture stands still, and is still a picture
            return
        names = f"{0.6 * max(map(len, sliders), default=0) + 0.5}em"  # one column of names, as wide as the longest
        width = "15em" if len(sliders) > 4 else "30em"
        self.sliders = {name: _slider(W, name, spec, names, width) for name, spec in sliders.items()}
        for name, slider in self.sliders.items():
            slider.observe(lambda change, name=name: self._changed(name, change.new), names="value")
        self._view = W.HTML(self._shown["text/html"])
        controls = [_with_play(W, slider, sliders[name]) for name, slider in self.sliders.items()]
        self.widget = W.VBox([W.Box(controls, layout=W.Layout(flex_flow="row wrap")), self._view])

    def _changed(self, name, value):
        """Draw soon, once for all the changes until then; at once where no event loop runs (a script, a test).

        JupyterLab may bring the change on a thread of its own (a subshell). The drawing goes back to the loop that runs the cells:
        it never runs beside another drawing, or beside the student's code.
        """
        self.values[name] = value
        if self._loop is None or self._loop.is_closed():
            self._redraw()
        elif not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._loop.call_later, DEBOUNCE, self._redraw)

    def _redraw(self):
        self._waiting = False  # before the values are read: a change from now on asks for the next drawing
        try:
            self._shown = bundle(self._draw(**self.values), self._alt(**self.values))
            self._shown["text/html"] += _TEXT.format(text=html.escape(self.text))
        except Exception as error:  # whatever a lesson's draw does, the sliders stay alive
            now = ", ".join(f"{name} = {value!r}" for name, value in self.values.items())
            text = f"No picture for {now}. {type(error).__name__}: {error}"
            self._shown = {"text/plain": text, "text/html": _ERROR.format(text=html.escape(text))}
        if self._view is not None:
            self._view.value = self._shown["text/html"]

    @property
    def text(self):
        return self._shown["text/plain"]

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = (self.widget._repr_mimebundle_() if self.widget is not None else None) or {}
        return {**view, **self._shown}  # the picture's words in place of the widget's own text/plain


# the text is the picture's alt already: aria-hidden keeps a screen reader from saying it twice
_TEXT = '<p aria-hidden="true" style="margin: 0.3em 0; line-height: 1.4">{text}</p>'
_ERROR = '<p role="alert" style="padding: 0.6em 0.9em; border: 2px solid #D55E00; line-height: 1.4">{text}</p>'


def _running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _start(name, spec):
    """The value that a slider starts from; says what is wrong with a slider that cannot be."""
    if isinstance(spec, (range, list)):
        if len(spec) == 0:
            raise ValueError(f"{name}: wanted at least one value, got {spec!r}")
        return spec[0]
    if not isinstance(spec, tuple) or len(spec) not in (3, 4):
        raise TypeError(f"{name}: wanted (low, high, step), (low, high, step, start), a range or a list, got {spec!r}")
    low, high, step, start = (*spec, spec[0])[:4]
    if not (low <= start <= high and step > 0):
        raise ValueError(f"{name}: wanted low <= start <= high and step > 0, got {spec!r}")
    return start


def _slider(W, name, spec, names, width):
    """The widget for one slider: a native element with a description, so that keys and screen readers work."""
    look = {"description": name.replace("_", " "), "style": {"description_width": names}, "layout": {"width": width}}
    start = _start(name, spec)
    if isinstance(spec, list):
        return W.Dropdown(options=spec, value=start, **look)
    if isinstance(spec, range):
        return W.IntSlider(start, min(spec), max(spec), abs(spec.step), **look | {"layout": {"width": "30em"}})
    low, high, step = spec[:3]
    if all(isinstance(number, int) for number in spec):
        return W.IntSlider(start, low, high, step, **look)
    decimals = max(len(f"{number:.10f}".rstrip("0").partition(".")[2]) for number in (low, step))
    return W.FloatSlider(start, min=low, max=high, step=step, readout_format=f".{decimals}f", **look)


def _with_play(W, slider, spec):
    """A play button before a slider of steps, on a row of their own; the browser links the two without a round trip."""
    if not isinstance(spec, range):
        return slider
    play = W.Play(value=slider.value, min=slider.min, max=slider.max, step=slider.step, interval=1500)
    W.jslink((play, "value"), (slider, "value"))
    return W.HBox([play, slider], layout=W.Layout(width="100%"))
