package terzi.evaluation.report;

import java.awt.Graphics2D;

/** Something to draw: once, for files of pixels and for the page. */
interface Figure {

    /** Width in pixels of a usual screen. */
    int width();

    int height();

    /** What it shows, in words, for those who do not see it. */
    String description();

    /** Draws it at the origin, in the palette's colours; the paper is there already. */
    void paint(Graphics2D graphics, Palette palette);
}
