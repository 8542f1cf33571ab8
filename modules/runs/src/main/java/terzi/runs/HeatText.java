package terzi.runs;

import java.util.List;
import java.util.Locale;
import terzi.images.Image;
import terzi.inference.HeatMap;

/**
 * A heat map in words: where its peak lies, and how much of all heat lies in the same ninth of the image.
 *
 * @param across of the peak, from 0 at the left edge to 1 at the right one
 * @param down of the peak, from 0 at the top to 1 at the bottom
 * @param share of the heat in the peak's ninth, 0..1
 */
record HeatText(double across, double down, double share) {
    /** Samples along each edge of the image: so many for each third. */
    private static final int SAMPLES = 20;
    /** An even heat has 11 % in each ninth. */
    private static final double SPREAD = 0.22;

    private static final double EDGE = 0.1;

    static HeatText of(HeatMap heat, Image image) {
        HeatMap.Place peak = heat.peak();
        double across = peak.x() / image.width();
        double down = peak.y() / image.height();
        double all = 0;
        double near = 0;
        for (int row = 0; row < 3 * SAMPLES; row++) {
            for (int column = 0; column < 3 * SAMPLES; column++) {
                double x = (column + 0.5) / (3 * SAMPLES);
                double y = (row + 0.5) / (3 * SAMPLES);
                double here = heat.at(x * image.width(), y * image.height());
                all += here;
                near += third(x) == third(across) && third(y) == third(down) ? here : 0;
            }
        }
        return new HeatText(across, down, all > 0 ? near / all : 0);
    }

    private static int third(double place) {
        return Math.min(2, (int) (place * 3));
    }

    /** The ninth of the image that the peak lies in: {@code upper left}, {@code middle right}, {@code centre}. */
    String region() {
        String row = List.of("upper", "middle", "lower").get(third(down));
        String column = List.of("left", "centre", "right").get(third(across));
        return row.equals("middle") && column.equals("centre") ? "centre" : row + " " + column;
    }

    private String place() {
        if (across < EDGE || across > 1 - EDGE) {
            String height = List.of("in the upper third", "halfway down", "in the lower third")
                    .get(third(down));
            return "near the " + (across < EDGE ? "left" : "right") + " edge, " + height;
        }
        if (down < EDGE || down > 1 - EDGE) {
            String width = List.of("in the left third", "in the middle", "in the right third")
                    .get(third(across));
            return "near the " + (down < EDGE ? "top" : "bottom") + " edge, " + width;
        }
        return "in the " + region();
    }

    /** For example: {@code strongest near the right edge, halfway down (94 % of the width from the left, …)}. */
    String sentence() {
        return String.format(
                Locale.ROOT,
                "strongest %s (%.0f %% of the width from the left, %.0f %% of the height from the top); %.0f %% of the heat lies in"
                        + " this ninth of the image%s",
                place(),
                across * 100,
                down * 100,
                share * 100,
                share < SPREAD ? ", the rest is spread" : "");
    }
}
