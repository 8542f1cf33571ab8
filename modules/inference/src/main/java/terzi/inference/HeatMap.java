package terzi.inference;

import java.awt.image.BufferedImage;
import java.util.Optional;
import terzi.images.Image;
import terzi.images.Preprocessing;

/**
 * Where in an image a label was seen, as heat from 0 to 1 at every place of the image as it is in its file.
 *
 * <pre>{@code
 * Image image = ImageDecoder.read(file);
 * Prediction prediction = classifier.classify(image);
 * Optional<HeatMap> heat = classifier.heatMap(image, prediction.top().get(0).index());
 * if (heat.isPresent()) {
 *     ImageIO.write(heat.get().draw(image), "png", target);
 * }
 * }</pre>
 */
public final class HeatMap {
    /** Standard deviation of a cell's spot, in cells. */
    private static final double SPOT = 0.55;

    private static final double REACH = 2;

    private final int width;
    private final int height;
    private final float[] heat;
    private final double most;
    private final View view;
    private final Cells cells;

    /**
     * The positions of the cells of a map in the network's input: cell {@code i} along an axis at {@code first + i *
     * step}, in pixels, 0 being the middle of the first pixel.
     *
     * @param firstX centre of the first column
     * @param stepX distance from one column to the next
     * @param firstY centre of the first row
     * @param stepY distance from one row to the next
     */
    public record Cells(double firstX, double stepX, double firstY, double stepY) {}

    /**
     * A place in the image, in its pixels.
     *
     * @param x distance from the left edge
     * @param y distance from the top edge
     */
    public record Place(double x, double y) {}

    /**
     * What the network saw of an image, in pixels of the image: all of it, or the crop that preprocessing makes.
     */
    record View(double left, double top, double width, double height) {
        static View of(Preprocessing preprocessing, int imageWidth, int imageHeight) {
            Preprocessing.Size full = preprocessing.resized(imageWidth, imageHeight);
            double acrossPixel = (double) imageWidth / full.width();
            double downPixel = (double) imageHeight / full.height();
            return new View(
                    preprocessing.cropOrigin().of(full.width() - preprocessing.width()) * acrossPixel,
                    preprocessing.cropOrigin().of(full.height() - preprocessing.height()) * downPixel,
                    preprocessing.width() * acrossPixel,
                    preprocessing.height() * downPixel);
        }

        boolean contains(double x, double y) {
            return x >= left && x < left + width && y >= top && y < top + height;
        }
    }

    private HeatMap(ActivationMap map, View view, Cells cells) {
        this.width = map.width();
        this.height = map.height();
        this.view = view;
        this.cells = cells;
        float[] values = map.values();
        heat = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            heat[i] = Math.max(0, values[i]);
        }
        double highest = 0;
        for (int i = 0; i < values.length; i++) {
            highest = Math.max(highest, sum(i % width, Math.floorDiv(i, width)));
        }
        most = highest > 0 ? highest : 1;
    }

    /**
     * Lays a map over an image.
     *
     * @param map values above 0 speak for the label, for example {@link Outputs#contrastMap}
     * @param image image that the map belongs to, before preprocessing
     * @param preprocessing conversion of the image to the network's input, which may crop it
     * @param cells positions of its cells; without them they share the network's input evenly
     * @return heat at every place of the image
     */
    public static HeatMap of(ActivationMap map, Image image, Preprocessing preprocessing, Optional<Cells> cells) {
        View view = View.of(preprocessing, image.width(), image.height());
        double stepX = (double) preprocessing.width() / map.width();
        double stepY = (double) preprocessing.height() / map.height();
        Cells in = cells.orElse(new Cells((stepX - 1) / 2, stepX, (stepY - 1) / 2, stepY));
        // in pixels of the image, counted from the view's corner
        double inputX = preprocessing.width() / view.width();
        double inputY = preprocessing.height() / view.height();
        Cells scaled = new Cells(
                (in.firstX() + 0.5) / inputX, in.stepX() / inputX, (in.firstY() + 0.5) / inputY, in.stepY() / inputY);
        return new HeatMap(map, view, scaled);
    }

    /**
     * Draws the image with the heat over it and a line around its hottest part; what the network did not see is dark.
     * Small images are enlarged and large ones reduced to fit a screen.
     *
     * @param image image that the map belongs to
     * @return a new image
     */
    public BufferedImage draw(Image image) {
        return HeatImage.draw(image, this);
    }

    /**
     * {@return the colour that {@link #draw} lays over a place, as {@code 0xAARRGGBB}; for legends}
     *
     * @param heat heat of the place, 0..1
     */
    public static int colour(double heat) {
        return HeatColours.over(heat);
    }

    View view() {
        return view;
    }

    /** {@return whether nothing in the image speaks for the label} */
    public boolean isEmpty() {
        return hottest() < 0;
    }

    /**
     * Computes the heat at a place: each cell is a round spot, and spots add up, so that a map of few cells shows no
     * corners that are not in it.
     *
     * @param x distance from the left edge of the image in pixels
     * @param y distance from its top edge in pixels
     * @return heat 0..1; 0 outside of what the network saw
     */
    public double at(double x, double y) {
        if (!view.contains(x, y)) {
            return 0;
        }
        return sum(
                        (x - view.left() - cells.firstX()) / cells.stepX(),
                        (y - view.top() - cells.firstY()) / cells.stepY())
                / most;
    }

    private double sum(double column, double row) {
        double sum = 0;
        int lastRow = Math.min(height - 1, (int) Math.floor(row + REACH));
        int lastColumn = Math.min(width - 1, (int) Math.floor(column + REACH));
        for (int r = Math.max(0, (int) Math.ceil(row - REACH)); r <= lastRow; r++) {
            double across = 0;
            for (int c = Math.max(0, (int) Math.ceil(column - REACH)); c <= lastColumn; c++) {
                across += heat[r * width + c] * spot(column - c);
            }
            sum += across * spot(row - r);
        }
        return sum;
    }

    private static double spot(double distance) {
        return Math.exp(-distance * distance / (2 * SPOT * SPOT));
    }

    private int hottest() {
        int peak = -1;
        double highest = 0;
        for (int i = 0; i < heat.length; i++) {
            double sum = sum(i % width, Math.floorDiv(i, width));
            if (sum > highest) {
                highest = sum;
                peak = i;
            }
        }
        return peak;
    }

    /** {@return the middle of the hottest cell; of the part that the network saw if nothing is hot} */
    public Place peak() {
        int peak = hottest();
        if (peak < 0) {
            return new Place(view.left() + view.width() / 2, view.top() + view.height() / 2);
        }
        double x = view.left() + cells.firstX() + peak % width * cells.stepX();
        double y = view.top() + cells.firstY() + Math.floorDiv(peak, width) * cells.stepY();
        return new Place(
                Math.max(view.left(), Math.min(view.left() + view.width(), x)),
                Math.max(view.top(), Math.min(view.top() + view.height(), y)));
    }
}
