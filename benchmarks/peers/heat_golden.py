"""Colours of heat maps in sRGB, for modules/inference HeatValuesTest. Needs coloraide 8.13.1 (pip install coloraide==8.13.1).

Five stops in OKLCh (lightness, chroma, hue in degrees) at equal steps of heat, in proportion between them; colours
outside of sRGB are clipped.
"""

from coloraide import Color

STOPS = [(0.36, 0.15, 290), (0.51, 0.20, 335), (0.65, 0.21, 385), (0.80, 0.17, 430), (0.95, 0.13, 465)]

for heat in (0, 0.125, 0.25, 0.375, 0.5, 0.6, 0.75, 0.9, 1):
    stop = min(int(heat * 4), 3)
    share = heat * 4 - stop
    lightness, chroma, hue = (a * (1 - share) + b * share for a, b in zip(STOPS[stop], STOPS[stop + 1]))
    rgb = Color("oklch", [lightness, chroma, hue % 360]).convert("srgb").clip().coords()
    print(heat, "".join("%02x" % round(255 * value) for value in rgb))
