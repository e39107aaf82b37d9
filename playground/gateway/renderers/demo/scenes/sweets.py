"""Cake and fruit on a plate, each around a centre and with a radius in pixels."""

import math
from random import Random

from ..art import Art
from ..colour import WHITE, Colour, mix, tone
from ..curves import smooth
from ..fills import Ramp
from .plates import plate


def cake(art: Art, x: float, y: float, radius: float) -> None:
    """A round cake with cream rosettes and berries."""
    dice = art.dice("cake")
    cream = mix((250, 238, 222), art.palette.accents[0], 0.1)
    plate(art, x, y, radius * 1.12, (240, 238, 232))
    plate(art, x, y, radius * 0.92, cream)
    art.canvas.paint(
        art.stencil().ellipse(x, y, radius * 0.8), Ramp([tone(cream, light=0.03), mix(cream, (236, 190, 170), 0.35)])
    )
    for index in range(12):
        angle = math.tau * index / 12
        px, py = x + math.cos(angle) * radius * 0.68, y + math.sin(angle) * radius * 0.68
        for ring in range(3):
            puff = art.stencil().ellipse(px, py, radius * (0.13 - 0.036 * ring)).mask()
            art.canvas.shadow(puff.moved(0, radius * 0.015), radius * 0.015, 0.18)
            art.canvas.paint(puff, Ramp([WHITE, tone(cream, light=-0.05 + 0.02 * ring)]))
        _berry(art, px, py - radius * 0.01, radius * 0.062, (196, 38, 52))
    for _ in range(art.more(9, 14, 20)):
        angle, far = dice.uniform(0, math.tau), radius * 0.42 * dice.random() ** 0.5
        tint = dice.choice(((196, 38, 52), (62, 58, 112), (222, 84, 70)))
        _berry(art, x + math.cos(angle) * far, y + math.sin(angle) * far, radius * dice.uniform(0.06, 0.1), tint)


def fruit(art: Art, x: float, y: float, radius: float) -> None:
    """A plate of halved citrus fruit and berries."""
    dice = art.dice("fruit")
    plate(art, x, y, radius, (238, 236, 230))
    plate(art, x, y, radius * 0.78, (246, 244, 240))
    for index, (dx, dy, size) in enumerate(
        ((-0.3, -0.2, 0.34), (0.32, -0.26, 0.32), (0.02, 0.34, 0.36), (0.5, 0.3, 0.2), (-0.5, 0.32, 0.22))
    ):
        peel = ((240, 138, 34), (246, 200, 60), (226, 88, 62))[index % 3]
        _citrus(art, art.dice(f"citrus {index}"), x + dx * radius, y + dy * radius, size * radius, peel)
    for _ in range(art.more(8, 12, 16)):
        angle, far = dice.uniform(0, math.tau), radius * dice.uniform(0.2, 0.66)
        _berry(art, x + math.cos(angle) * far, y + math.sin(angle) * far, radius * 0.06, (70, 62, 120))


def _berry(art: Art, x: float, y: float, radius: float, tint: Colour) -> None:
    berry = art.stencil().ellipse(x, y, radius).mask()
    art.canvas.shadow(berry.moved(0, radius * 0.25), radius * 0.2, 0.35)
    art.canvas.paint(berry, Ramp([tone(tint, light=0.14), tint, tone(tint, light=-0.14)]))
    art.canvas.light(
        art.stencil()
        .ellipse(x - radius * 0.3, y - radius * 0.35, radius * 0.22)
        .mask()
        .soft(radius * 0.1, art.canvas.size),
        WHITE,
        0.7,
    )


def _citrus(art: Art, dice: Random, x: float, y: float, radius: float, peel: Colour) -> None:
    skin = art.stencil().ellipse(x, y, radius).mask()
    art.canvas.shadow(skin.moved(0, radius * 0.1), radius * 0.1, 0.4)
    art.canvas.paint(skin, Ramp([tone(peel, light=0.04), tone(peel, light=-0.08)]))
    art.canvas.paint(art.stencil().ellipse(x, y, radius * 0.92), mix(peel, WHITE, 0.75))
    start = dice.uniform(0, 1)
    for index in range(9):
        turn = start + math.tau * index / 9
        wedge = [
            (x + math.cos(turn + lean) * radius * far, y + math.sin(turn + lean) * radius * far)
            for lean, far in ((0, 0.1), (-0.29, 0.72), (-0.22, 0.84), (0, 0.87), (0.22, 0.84), (0.29, 0.72))
        ]
        art.canvas.paint(art.stencil().polygon(smooth(wedge, 4, closed=True)), Ramp([mix(peel, WHITE, 0.18), peel]))
    if art.detail:
        threads = art.stencil()
        for _ in range(art.more(0, 60, 130)):
            turn, near = dice.uniform(0, math.tau), dice.uniform(0.2, 0.7)
            threads.line(
                [
                    (x + math.cos(turn) * radius * near, y + math.sin(turn) * radius * near),
                    (x + math.cos(turn) * radius * (near + 0.1), y + math.sin(turn) * radius * (near + 0.1)),
                ],
                radius * 0.012,
            )
        art.canvas.light(threads, WHITE, 0.3)
