package terzi.cli;

import java.util.Optional;
import terzi.onnx.ReceptiveField;
import terzi.vision.Preprocessing;

/** Where a class was seen, as heat from 0 to 1 at every place of the picture as it is in its file. */
final class HeatMap {
    /** Standard deviation of a cell's spot, in cells. */
    private static final double SPOT = 0.55;

    private static final double REACH = 2;

    private final int width;
    private final int height;
    private final float[] heat;
    private final double most;
    private final View view;
    private final ReceptiveField field;

    /**
     * What the network saw of a picture, in pixels of the picture: all of it, or the crop that preprocessing makes.
     */
    record View(double left, double top, double width, double height) {
        static View of(Preprocessing preprocessing, int pictureWidth, int pictureHeight) {
            Preprocessing.Size full = preprocessing.resized(pictureWidth, pictureHeight);
            double acrossPixel = (double) pictureWidth / full.width();
            double downPixel = (double) pictureHeight / full.height();
            return new View(
                    Math.floorDiv(full.width() - preprocessing.width(), 2) * acrossPixel,
                    Math.floorDiv(full.height() - preprocessing.height(), 2) * downPixel,
                    preprocessing.width() * acrossPixel,
                    preprocessing.height() * downPixel);
        }

        boolean contains(double x, double y) {
            return x >= left && x < left + width && y >= top && y < top + height;
        }
    }

    /** A place in the picture, in its pixels. */
    record Place(double x, double y) {}

    /**
     * @param values {@code [height, width]}; above 0 speaks for the class
     * @param field where the cells lie in the network's input; without one they share it evenly
     */
    HeatMap(
            int width,
            int height,
            float[] values,
            Preprocessing preprocessing,
            Optional<ReceptiveField> field,
            View view) {
        this.width = width;
        this.height = height;
        this.view = view;
        double stepX = (double) preprocessing.width() / width;
        double stepY = (double) preprocessing.height() / height;
        ReceptiveField in = field.orElse(new ReceptiveField((stepX - 1) / 2, stepX, (stepY - 1) / 2, stepY));
        // in cells for each picture pixel: x = (pixel of the input - first) / step
        double inputX = preprocessing.width() / view.width();
        double inputY = preprocessing.height() / view.height();
        this.field = new ReceptiveField(
                (in.firstX() + 0.5) / inputX, in.stepX() / inputX, (in.firstY() + 0.5) / inputY, in.stepY() / inputY);
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

    View view() {
        return view;
    }

    /** Whether anything in the picture speaks for the class. */
    boolean isEmpty() {
        return hottest() < 0;
    }

    /**
     * Heat at a place of the picture: each cell is a round spot, and spots add up, so that a map of few cells shows no corners
     * that are not in it; 0 outside of what the network saw.
     */
    double at(double x, double y) {
        if (!view.contains(x, y)) {
            return 0;
        }
        return sum(
                        (x - view.left() - field.firstX()) / field.stepX(),
                        (y - view.top() - field.firstY()) / field.stepY())
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

    /** The middle of the hottest cell; of the picture's view where nothing is hot. */
    Place peak() {
        int peak = hottest();
        if (peak < 0) {
            return new Place(view.left() + view.width() / 2, view.top() + view.height() / 2);
        }
        double x = view.left() + field.firstX() + peak % width * field.stepX();
        double y = view.top() + field.firstY() + Math.floorDiv(peak, width) * field.stepY();
        return new Place(
                Math.max(view.left(), Math.min(view.left() + view.width(), x)),
                Math.max(view.top(), Math.min(view.top() + view.height(), y)));
    }
}
