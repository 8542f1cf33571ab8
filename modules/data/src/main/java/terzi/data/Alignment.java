package terzi.data;

/**
 * A shift and a stretch, along each axis, that bring one plane over another: what cutting the edges of an image and resizing
 * the rest does.
 *
 * <p>Found by Gauss-Newton steps on the squared difference, first on coarse structure and then on fine one (Lucas and Kanade,
 * An Iterative Image Registration Technique, 1981).
 *
 * @param moves shift and stretch along x, then along y, in cells at the edge of the grid
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Alignment(double[] moves) {
    /** The largest move at an edge, as a share of the side: 3 % cut at both edges move them by 3 %, at one by 6 %. */
    private static final double MAX_MOVE = 0.06;

    private static final int STEPS = 8;

    /** The alignment under which {@code moving} is most like {@code fixed}; planes of one size. */
    static Alignment of(Plane fixed, Plane moving) {
        double[] moves = new double[4];
        for (double sigma : new double[] {2.5, 1}) {
            Plane a = fixed.blurred(sigma).minus(fixed.blurred(3 * sigma));
            Plane b = moving.blurred(sigma).minus(moving.blurred(3 * sigma));
            for (int step = 0; step < STEPS; step++) {
                double[] change = change(a, b, moves);
                double largest = 0;
                for (int i = 0; i < 4; i++) {
                    double most = MAX_MOVE * (i < 2 ? fixed.width() : fixed.height());
                    double moved = Math.max(-most, Math.min(most, moves[i] + change[i]));
                    largest = Math.max(largest, Math.abs(moved - moves[i]));
                    moves[i] = moved;
                }
                if (largest < 0.02) {
                    break;
                }
            }
        }
        return new Alignment(moves);
    }

    /** Correlation of {@code fixed} with {@code moving} after the move, where both are. */
    double correlation(Plane fixed, Plane moving) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int y = 0; y < fixed.height(); y++) {
            for (int x = 0; x < fixed.width(); x++) {
                double u = across(x, fixed.width(), moves);
                double v = down(y, fixed.height(), moves);
                if (u >= 0 && v >= 0 && u <= fixed.width() - 1 && v <= fixed.height() - 1) {
                    double a = fixed.at(y * fixed.width() + x);
                    double b = between(moving, u, v);
                    ab += a * b;
                    aa += a * a;
                    bb += b * b;
                }
            }
        }
        return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
    }

    private static double across(int x, int width, double[] moves) {
        return x + moves[0] + moves[1] * fromCentre(x, width);
    }

    private static double down(int y, int height, double[] moves) {
        return y + moves[2] + moves[3] * fromCentre(y, height);
    }

    /** -1 at the first and 1 at the last cell. */
    private static double fromCentre(int x, int side) {
        return 2.0 * x / (side - 1) - 1;
    }

    private static double between(Plane plane, double u, double v) {
        int x = (int) Math.floor(u);
        int y = (int) Math.floor(v);
        double right = u - x;
        double below = v - y;
        return (1 - below) * ((1 - right) * plane.clamped(x, y) + right * plane.clamped(x + 1, y))
                + below * ((1 - right) * plane.clamped(x, y + 1) + right * plane.clamped(x + 1, y + 1));
    }

    /** One Gauss-Newton step. */
    private static double[] change(Plane fixed, Plane moving, double[] moves) {
        double[][] normal = new double[4][5];
        double[] slopes = new double[4];
        for (int y = 1; y < fixed.height() - 1; y++) {
            for (int x = 1; x < fixed.width() - 1; x++) {
                double u = across(x, fixed.width(), moves);
                double v = down(y, fixed.height(), moves);
                double alongX = (between(moving, u + 1, v) - between(moving, u - 1, v)) / 2;
                double alongY = (between(moving, u, v + 1) - between(moving, u, v - 1)) / 2;
                slopes[0] = alongX;
                slopes[1] = alongX * fromCentre(x, fixed.width());
                slopes[2] = alongY;
                slopes[3] = alongY * fromCentre(y, fixed.height());
                double error = fixed.at(y * fixed.width() + x) - between(moving, u, v);
                for (int i = 0; i < 4; i++) {
                    for (int k = 0; k < 4; k++) {
                        normal[i][k] += slopes[i] * slopes[k];
                    }
                    normal[i][4] += slopes[i] * error;
                }
            }
        }
        return solved(normal);
    }

    /** Solves 4 equations whose matrix is positive semi-definite, a little regularised. */
    private static double[] solved(double[][] equations) {
        for (int i = 0; i < 4; i++) {
            equations[i][i] = equations[i][i] * 1.001 + 1e-3;
        }
        for (int i = 0; i < 4; i++) {
            for (int k = i + 1; k < 4; k++) {
                double factor = equations[k][i] / equations[i][i];
                for (int c = i; c < 5; c++) {
                    equations[k][c] -= factor * equations[i][c];
                }
            }
        }
        double[] solution = new double[4];
        for (int i = 3; i >= 0; i--) {
            double rest = equations[i][4];
            for (int c = i + 1; c < 4; c++) {
                rest -= equations[i][c] * solution[c];
            }
            solution[i] = rest / equations[i][i];
        }
        return solution;
    }
}
