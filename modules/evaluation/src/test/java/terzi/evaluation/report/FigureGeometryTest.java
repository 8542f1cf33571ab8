package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.evaluation.ConfusionMatrix;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Line;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Role;
import terzi.evaluation.report.LinePanel.Scale;
import terzi.images.Image;

/** Where bars, lines and cells lie, worked out from the numbers that they show. */
class FigureGeometryTest {
    private static final double CLOSE = 0.011;

    @BeforeAll
    static void fonts() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
    }

    private static void box(Svg.Outline found, double left, double top, double right, double bottom) {
        assertEquals(left, found.left(), CLOSE);
        assertEquals(top, found.top(), CLOSE);
        assertEquals(right, found.right(), CLOSE);
        assertEquals(bottom, found.bottom(), CLOSE);
    }

    // ---- lines ----------------------------------------------------------------------------------------------------

    /** At no even distances, which the library would make the numbers of the axes. */
    private static final Line BASE =
            new Line(Role.BACKGROUND, List.of(Point.of(0.3, 0.37), Point.of(3, 0.91), Point.of(4.1, 0.5)));

    private static LinePanel panel(Line... lines) {
        return new LinePanel(
                "d",
                new Axis("batch", Scale.LINEAR, 0, 10, value -> Long.toString(Math.round(value))),
                new Axis("speed", Scale.LINEAR, 0, 4, value -> Long.toString(Math.round(25 * value))),
                List.of(lines));
    }

    /** Where the ends of the axes are: the first and the last line of the grid, which the library fills. */
    private record Frame(double left, double top, double right, double bottom) {
        static Frame of(LinePanel panel) {
            List<Svg.Outline> grid = Svg.paths(panel.figure()).stream()
                    .filter(path -> path.get("fill").equals("var(--grid)"))
                    .flatMap(path -> path.outlines().stream())
                    .filter(line -> line.points().size() > 0)
                    .toList();
            List<Svg.Outline> across = grid.stream()
                    .filter(line -> line.right() - line.left() > 100)
                    .toList();
            List<Svg.Outline> down = grid.stream()
                    .filter(line -> line.bottom() - line.top() > 100)
                    .toList();
            return new Frame(
                    down.stream().mapToDouble(Svg.Outline::left).min().orElseThrow(),
                    across.stream().mapToDouble(Svg.Outline::top).min().orElseThrow(),
                    down.stream().mapToDouble(Svg.Outline::left).max().orElseThrow(),
                    across.stream().mapToDouble(Svg.Outline::top).max().orElseThrow());
        }

        double x(double batch) {
            return left + batch / 10 * (right - left);
        }

        double y(double speed) {
            return bottom - speed / 4 * (bottom - top);
        }
    }

    private static void near(double expected, double found, String what) {
        assertEquals(expected, found, 1.5, what);
    }

    @Test
    void aLineGoesThroughItsPointsInOnePath() {
        LinePanel panel =
                panel(new Line(Role.AGAINST, List.of(Point.of(0, 1), Point.of(5, 4), Point.of(10, 0), Point.of(2, 9))));
        Figure figure = panel.figure();
        assertEquals(330, figure.width());
        assertEquals(210, figure.height());
        assertEquals("d", figure.description());
        Frame frame = Frame.of(panel);
        assertTrue(frame.left() > 30 && frame.left() < 65, "room for the title and the numbers: " + frame);
        assertTrue(frame.top() < 25 && frame.right() > 300 && frame.bottom() > 150, frame.toString());
        List<Svg.Element> lines = Svg.paths(figure).stream()
                .filter(path -> path.get("stroke").equals("var(--second)"))
                .toList();
        assertEquals(1, lines.size(), "a line that is dashed anew at each point");
        Svg.Element line = lines.get(0);
        assertEquals("5 4 ", line.get("stroke-dasharray"));
        assertEquals("1.2", line.get("stroke-width"));
        assertEquals(1, line.outlines().size());
        List<double[]> points = line.outlines().get(0).points();
        double[][] expected = {{0, 1}, {5, 4}, {10, 0}, {2, 4}}; // what lies outside is put at the edge
        assertEquals(4, points.size());
        for (int i = 0; i < 4; i++) {
            near(frame.x(expected[i][0]), points.get(i)[0], "across " + i);
            near(frame.y(expected[i][1]), points.get(i)[1], "up " + i);
        }
    }

    @Test
    void theSubjectHasDotsAndWhiskersAtTheEndsOfItsIntervals() {
        LinePanel panel = panel(new Line(Role.SUBJECT, List.of(new Point(2, 2, 1, 3), Point.of(8, 2))));
        Frame frame = Frame.of(panel);
        List<Svg.Element> own = Svg.paths(panel.figure()).stream()
                .filter(path -> path.get("stroke").equals("var(--first)")
                        || path.get("fill").equals("var(--first)"))
                .toList();
        List<Svg.Outline> whiskers = own.stream()
                .filter(path -> path.get("stroke-width").equals("1.4"))
                .flatMap(path -> path.outlines().stream())
                .toList();
        assertEquals(6, whiskers.size(), "a line and two ends for each point");
        Svg.Outline upright = whiskers.stream()
                .filter(line -> line.bottom() - line.top() > 10)
                .findFirst()
                .orElseThrow();
        near(frame.x(2), upright.left(), "the line");
        near(frame.y(3), upright.top(), "its upper end");
        near(frame.y(1), upright.bottom(), "its lower end");
        for (double end : new double[] {1, 3}) {
            assertTrue(
                    whiskers.stream()
                            .anyMatch(line -> Math.abs(line.top() - frame.y(end)) < 1.5
                                    && Math.abs(line.left() - frame.x(2) + 4) < 1.5
                                    && Math.abs(line.right() - frame.x(2) - 4) < 1.5),
                    "no mark at " + end);
        }
        List<Svg.Outline> line = own.stream()
                .filter(path -> path.get("stroke-width").equals("2.2"))
                .flatMap(path -> path.outlines().stream())
                .toList();
        near(frame.x(2), line.get(0).left(), "the line's begin");
        near(frame.x(8), line.get(0).right(), "the line's end");
        List<Svg.Outline> dots = own.stream()
                .filter(path -> path.get("fill").equals("var(--first)"))
                .flatMap(path -> path.outlines().stream())
                .toList();
        assertEquals(2, dots.size());
        near(frame.x(2) - 3, dots.get(0).left(), "the first dot");
        near(frame.y(2) + 3, dots.get(0).bottom(), "the first dot");
        near(frame.x(8) + 3, dots.get(1).right(), "the second dot");
    }

    @Test
    void aSubjectWithoutIntervalsIsALineAndASinglePointIsADot() {
        List<Svg.Element> line = Svg.paths(panel(new Line(Role.SUBJECT, List.of(Point.of(0, 2), Point.of(10, 2))))
                .figure());
        assertTrue(line.stream().noneMatch(path -> path.get("fill").equals("var(--first)")), "no dots");
        List<Svg.Element> point =
                Svg.paths(panel(new Line(Role.SUBJECT, List.of(Point.of(5, 2)))).figure());
        assertTrue(point.stream().anyMatch(path -> path.get("fill").equals("var(--first)")), "a dot");
        List<Svg.Element> background = Svg.paths(
                panel(new Line(Role.BACKGROUND, List.of(new Point(0, 2, 1, 3), Point.of(5, 3), Point.of(10, 2))))
                        .figure());
        Svg.Element faint = background.get(background.size() - 1);
        assertEquals("var(--faint)", faint.get("stroke"));
        assertEquals(0.4, faint.number("stroke-opacity"), 0.005);
        assertEquals("1", faint.get("stroke-width"));
        assertEquals(1, faint.outlines().size(), "pieces would show through each other where they meet");
    }

    /** The shapes of letters, which the library draws instead of texts. */
    private static List<Svg.Outline> letters(LinePanel panel) {
        return Svg.paths(panel.figure()).stream()
                .filter(path -> path.get("fill").equals("var(--faint)"))
                .flatMap(path -> path.outlines().stream())
                .filter(outline -> outline.points().size() > 0)
                .toList();
    }

    private static double middle(List<Svg.Outline> letters) {
        return (letters.stream().mapToDouble(Svg.Outline::left).min().orElseThrow()
                        + letters.stream().mapToDouble(Svg.Outline::right).max().orElseThrow())
                / 2;
    }

    @Test
    void titlesAndNumbersStandAtTheirAxes() {
        LinePanel panel = panel(BASE);
        Frame frame = Frame.of(panel);
        List<Svg.Outline> letters = letters(panel);
        List<Svg.Outline> below = letters.stream()
                .filter(letter -> letter.top() > frame.bottom() + 3 && letter.bottom() < 190)
                .toList();
        for (double batch : new double[] {0, 2, 4, 6, 8}) {
            List<Svg.Outline> number = below.stream()
                    .filter(letter -> Math.abs(letter.left() - frame.x(batch)) < 10)
                    .toList();
            near(frame.x(batch), middle(number), "below its line");
        }
        List<Svg.Outline> beside = letters.stream()
                .filter(letter -> letter.right() < frame.left() && letter.left() > 20)
                .toList();
        for (double speed : new double[] {0, 1, 2, 3, 4}) {
            List<Svg.Outline> number = beside.stream()
                    .filter(letter -> Math.abs((letter.top() + letter.bottom()) / 2 - frame.y(speed)) < 3)
                    .toList();
            double right = number.stream().mapToDouble(Svg.Outline::right).max().orElseThrow();
            assertEquals(frame.left() - 11, right, 2, "right-aligned: " + speed);
        }
        List<Svg.Outline> title =
                letters.stream().filter(letter -> letter.top() > 190).toList();
        assertEquals((frame.left() + frame.right()) / 2, middle(title), 3, "in the middle");
        List<Svg.Outline> upright =
                letters.stream().filter(letter -> letter.right() < 20).toList();
        double top = upright.stream().mapToDouble(Svg.Outline::top).min().orElseThrow();
        double bottom = upright.stream().mapToDouble(Svg.Outline::bottom).max().orElseThrow();
        assertEquals((frame.top() + frame.bottom()) / 2, (top + bottom) / 2, 4, "in the middle");
        assertTrue(bottom - top > 25, "upright");
    }

    /** The right ends of the texts below the frame that are not nearer to each other than letters are. */
    private static List<Double> texts(LinePanel panel) {
        List<Svg.Outline> row = letters(panel).stream()
                .filter(letter -> letter.top() > 160)
                .sorted(Comparator.comparingDouble(Svg.Outline::left))
                .toList();
        List<Double> ends = new ArrayList<>();
        double end = Double.NEGATIVE_INFINITY;
        for (Svg.Outline letter : row) {
            if (letter.left() > end + 4 && end > 0) {
                ends.add(end);
            }
            end = Math.max(end, letter.right());
        }
        ends.add(end);
        return ends;
    }

    @Test
    void numbersThatWouldTouchAreLeftOut() {
        LinePanel crowded = new LinePanel(
                "d",
                new Axis("", Scale.LINEAR, 0, 40, value -> "1000" + Math.round(value)),
                new Axis("", Scale.LINEAR, 0, 1, value -> " "),
                List.of(BASE));
        List<Double> ends = texts(crowded);
        assertTrue(ends.size() > 2 && ends.size() < 10, ends.size() + " numbers");
        for (int i = 1; i < ends.size(); i++) {
            assertTrue(ends.get(i) - ends.get(i - 1) > 40, "two numbers touch: " + ends);
        }
    }

    /** The library writes no number where it finds those of both ends to be the same. */
    @Test
    void anAxisWhoseEndsHaveNoNumbersHasThemBetween() {
        LinePanel halves = new LinePanel(
                "d",
                new Axis("", Scale.LINEAR, -0.5, 4.5, value -> value == Math.rint(value) ? "" + (int) value : " "),
                new Axis("", Scale.LINEAR, 0, 1, value -> " "),
                List.of(BASE));
        assertEquals(5, texts(halves).size(), "0 to 4");
    }

    // ---- matrices -------------------------------------------------------------------------------------------------

    /** 3 of 4 a's right, one answered as b; the b is answered as c; c has 400 of 401 right and one a. */
    private static ConfusionMatrix matrix() {
        int[] truth = new int[406];
        int[] answer = new int[406];
        answer[3] = 1;
        truth[4] = 1;
        answer[4] = 2;
        for (int i = 5; i < 406; i++) {
            truth[i] = 2;
            answer[i] = i == 5 ? 0 : 2;
        }
        return ConfusionMatrix.of(List.of("a", "b", "c"), truth, answer);
    }

    private static List<Svg.Element> cells(Figure figure) {
        return Svg.paths(figure).stream()
                .filter(path -> path.get("fill").equals("var(--first)")
                        || path.get("fill").equals("var(--wrong)"))
                .toList();
    }

    @Test
    void aCellIsShadedByTheRootOfItsShareInTheColourOfRightOrWrong() {
        List<Svg.Element> cells = cells(new ConfusionFigure(matrix(), false));
        // in the order of rows: (a,a) (a,b) (b,c) (c,a) (c,c)
        int[][] places = {{0, 0}, {0, 1}, {1, 2}, {2, 0}, {2, 2}};
        double[] shares = {0.75, 0.25, 1, 1 / 401.0, 400 / 401.0};
        assertEquals(5, cells.size(), "empty cells are not drawn");
        double left = cells.get(0).outlines().get(0).left();
        double top = cells.get(0).outlines().get(0).top();
        for (int i = 0; i < 5; i++) {
            boolean right = places[i][0] == places[i][1];
            assertEquals(right ? "var(--first)" : "var(--wrong)", cells.get(i).get("fill"));
            double opacity = cells.get(i).get("fill-opacity").isEmpty()
                    ? 1
                    : cells.get(i).number("fill-opacity");
            assertEquals(Math.max(0.06, Math.sqrt(shares[i])), opacity, 0.008, "cell " + i);
            box(
                    cells.get(i).outlines().get(0),
                    left + 64 * places[i][1],
                    top + 64 * places[i][0],
                    left + 64 * places[i][1] + 64,
                    top + 64 * places[i][0] + 64);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCellHasItsNumberInItsMiddle(boolean normalized) {
        ConfusionFigure figure = new ConfusionFigure(matrix(), normalized);
        List<Svg.Outline> cells =
                cells(figure).stream().map(path -> path.outlines().get(0)).toList();
        List<String> expected =
                normalized ? List.of("75.0", "25.0", "100", "0.2", "99.8") : List.of("3", "1", "1", "1", "400");
        List<Svg.Element> numbers = Svg.texts(figure).stream()
                .filter(text -> text.text().matches("[0-9.<]+"))
                .toList();
        assertEquals(expected, numbers.stream().map(Svg.Element::text).toList());
        for (int i = 0; i < 5; i++) {
            Svg.Element number = numbers.get(i);
            assertEquals(cells.get(i).left() + 32, number.number("x") + number.number("textLength") / 2, 1);
            assertEquals(cells.get(i).top() + 32, number.number("y") - 4.5, 2);
            // dark cells have bright numbers: √0.75 and 1 are above 0.8, √0.25 and 0.06 are not
            assertEquals(i == 1 || i == 3 ? "var(--ink)" : "var(--on-strong)", number.get("fill"));
        }
        assertEquals(
                normalized
                        ? "Confusion matrix of 3 classes in % of each true class: 403 of 406 images on the diagonal."
                        : "Confusion matrix of 3 classes: 403 of 406 images on the diagonal.",
                figure.description());
        assertTrue(Svg.texts(figure).stream().anyMatch(text -> text.text()
                .equals(normalized ? "Confusion matrix, % of each true class" : "Confusion matrix, images")));
    }

    /** 640 px are shared out, but a cell has 14 to 64; numbers need 24. */
    @ParameterizedTest
    @CsvSource({
        "2, 64, true",
        "10, 64, true",
        "16, 40, true",
        "26, 24, true",
        "27, 23, false",
        "45, 14, false",
        "100, 14, false"
    })
    void cellsGetSmallerWithMoreClasses(int classes, int side, boolean numbers) {
        int[] each = IntStream.range(0, classes).toArray();
        ConfusionFigure figure = new ConfusionFigure(ConfusionMatrix.of(Synthetic.labels(classes), each, each), false);
        assertEquals(numbers, figure.hasNumbers());
        List<Svg.Outline> cells =
                cells(figure).stream().flatMap(path -> path.outlines().stream()).toList();
        assertEquals(classes, cells.size());
        Svg.Outline last = cells.get(classes - 1);
        assertEquals(side, last.right() - last.left(), CLOSE);
        double left = cells.get(0).left();
        double top = cells.get(0).top();
        box(last, left + side * (classes - 1), top + side * (classes - 1), left + side * classes, top + side * classes);
        assertTrue(last.right() <= figure.width() && last.bottom() == figure.height() - 10, "inside of the figure");
        List<Svg.Outline> grid = Svg.paths(figure).stream()
                .filter(path -> path.get("stroke").equals("var(--grid)"))
                .flatMap(path -> path.outlines().stream())
                .toList();
        // with small cells every tenth line and the last one
        int lines = numbers || classes <= 20 ? classes + 1 : classes / 10 + 1 + (classes % 10 == 0 ? 0 : 1);
        assertEquals(2 * lines, grid.size());
        box(grid.get(0), left, top, left, top + side * classes);
        box(grid.get(1), left, top, left + side * classes, top);
        box(grid.get(grid.size() - 1), left, top + side * classes, left + side * classes, top + side * classes);
        assertEquals(
                numbers ? classes : 0,
                Svg.texts(figure).stream()
                        .filter(text -> text.text().equals("1"))
                        .count());
    }

    @Test
    void namesStandAtTheMiddlesOfTheirRowsAndColumns() {
        ConfusionFigure figure = new ConfusionFigure(matrix(), false);
        List<Svg.Outline> cells =
                cells(figure).stream().map(path -> path.outlines().get(0)).toList();
        double left = cells.get(0).left();
        double top = cells.get(0).top();
        for (String name : List.of("a", "b", "c")) {
            List<Svg.Element> places = Svg.texts(figure).stream()
                    .filter(text -> text.text().equals(name))
                    .toList();
            int place = name.charAt(0) - 'a';
            Svg.Element row = places.get(0);
            assertEquals(left - 8, row.number("x") + row.number("textLength"), 1);
            assertEquals(top + 64 * place + 32, row.number("y") - 4, 2.5);
            Svg.Element column = places.get(1);
            assertEquals(left + 64 * place + 32, column.number("x") + column.number("textLength") / 2, 1);
            assertEquals(top - 6, column.number("y"), CLOSE);
        }
        assertTrue(figure.width() >= 400);
    }

    @Test
    void theOverviewHasACellForEachPairAndNumbersEveryFifthOrTenthClass() {
        for (int classes : new int[] {3, 41, 100, 200}) {
            int[] truth = IntStream.range(0, classes).toArray();
            int[] answer = IntStream.range(0, classes).map(c -> c == 1 ? 0 : c).toArray();
            MatrixOverview figure = new MatrixOverview(ConfusionMatrix.of(Synthetic.labels(classes), truth, answer));
            double cell = Math.min(14, 624.0 / classes);
            assertEquals(680, figure.width());
            assertEquals((int) Math.ceil(54 + classes * cell) + 2, figure.height());
            assertTrue(
                    figure.description().contains((classes - 1) + " of " + classes + " images"), figure.description());
            List<Svg.Outline> right = Svg.paths(figure).stream()
                    .filter(path -> path.get("fill").equals("var(--first)"))
                    .flatMap(path -> path.outlines().stream())
                    .toList();
            assertEquals(classes - 1, right.size());
            box(right.get(0), 54, 54, 54 + cell, 54 + cell);
            double last = 54 + (classes - 1) * cell;
            box(right.get(classes - 2), last, last, last + cell, last + cell);
            List<Svg.Element> wrong = Svg.paths(figure).stream()
                    .filter(path -> path.get("fill").equals("var(--wrong)"))
                    .toList();
            assertEquals(1, wrong.size());
            box(wrong.get(0).outlines().get(0), 54, 54 + cell, 54 + cell, 54 + 2 * cell); // row 2, column 1
            int every = cell * 5 >= 24 ? 5 : 10;
            List<String> numbers = Svg.texts(figure).stream()
                    .map(Svg.Element::text)
                    .filter(text -> text.matches("\\d+"))
                    .distinct()
                    .toList();
            assertEquals(
                    IntStream.rangeClosed(1, classes)
                            .filter(number -> number == 1 || number % every == 0)
                            .mapToObj(Integer::toString)
                            .toList(),
                    numbers);
            List<Svg.Outline> grid = Svg.paths(figure).stream()
                    .filter(path -> path.get("stroke").equals("var(--grid)"))
                    .flatMap(path -> path.outlines().stream())
                    .flatMap(outline -> outline.segments().stream())
                    .toList();
            int lines = classes / every + 1 + (classes % every == 0 ? 0 : 1);
            assertEquals(2 * lines, grid.size());
            box(grid.get(0), 54, 54, 54, 54 + classes * cell);
            box(grid.get(1), 54, 54, 54 + classes * cell, 54);
        }
    }

    /** A mistake that is rare is still seen: an eighth of the colour at least. */
    @Test
    void theOverviewShadesByTheRootOfTheShare() {
        List<Svg.Element> cells = cells(new MatrixOverview(matrix()));
        double[] shares = {0.75, 0.25, 1, 1 / 401.0, 400 / 401.0};
        assertEquals(5, cells.size());
        for (int i = 0; i < 5; i++) {
            double opacity = cells.get(i).get("fill-opacity").isEmpty()
                    ? 1
                    : cells.get(i).number("fill-opacity");
            assertEquals(Math.max(0.12, Math.sqrt(shares[i])), opacity, 0.008, "cell " + i);
        }
        List<Svg.Element> numbers = Svg.texts(new MatrixOverview(matrix())).stream()
                .filter(text -> text.text().equals("1"))
                .toList();
        assertEquals(61, numbers.get(0).number("x") + numbers.get(0).number("textLength") / 2, 1, "above its column");
        assertEquals(48, numbers.get(0).number("y"), CLOSE);
        assertEquals(48, numbers.get(1).number("x") + numbers.get(1).number("textLength"), 1, "left of its row");
        assertEquals(61, numbers.get(1).number("y") - 5, 2);
    }

    // ---- panels and images ----------------------------------------------------------------------------------------

    private record Square(int width, int height, String description) implements Figure {
        @Override
        public void paint(Graphics2D graphics, Palette palette) {
            graphics.setColor(palette.ink());
            graphics.fillRect(0, 0, width, height);
        }
    }

    @Test
    void panelsStandSideBySideTwelvePixelsApart() {
        Panels panels =
                new Panels(List.of(new Square(10, 5, "one"), new Square(20, 8, "two"), new Square(1, 1, "three")));
        assertEquals(10 + 12 + 20 + 12 + 1, panels.width());
        assertEquals(8, panels.height());
        assertEquals("one two three", panels.description());
        List<Svg.Outline> squares = Svg.paths(panels).get(0).outlines();
        box(squares.get(0), 0, 0, 10, 5);
        box(squares.get(1), 22, 0, 42, 8);
        box(squares.get(2), 54, 0, 55, 1);
    }

    private static Image plain(int width, int height, int gray) {
        byte[] pixels = new byte[width * height * 3];
        Arrays.fill(pixels, (byte) gray);
        return new Image(width, height, 3, pixels);
    }

    /** Cells of 130 px with 14 between them and 40 for what is written below: six in a row. */
    @ParameterizedTest
    @CsvSource({"1, 158, 198", "6, 878, 198", "7, 878, 382", "12, 878, 382", "24, 878, 750"})
    void theSheetHasSixColumns(int images, int width, int height) {
        SampleSheet sheet = sheet(images);
        assertEquals(width, sheet.width());
        assertEquals(height, sheet.height());
        assertTrue(sheet.description().startsWith(images + " "), sheet.description());
    }

    private static SampleSheet sheet(int images) {
        float[][] rows = new float[images][];
        for (int i = 0; i < images; i++) {
            rows[i] = i % 2 == 0 ? new float[] {0.9f, 0.1f} : new float[] {0.2f, 0.8f};
        }
        Predictions predictions = Predictions.of(List.of("cat", "dog"), new int[images], rows);
        return new SampleSheet(
                predictions,
                IntStream.range(0, images)
                        .mapToObj(i -> new SampleSheet.Shown(i, plain(i == 0 ? 40 : 20, i == 1 ? 40 : 20, 100 + i)))
                        .toList());
    }

    @Test
    void rightImagesAreFramedGreenAndWrongOnesRedAndAllKeepTheirShape() {
        BufferedImage image = new BufferedImage(878, 382, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 878, 382);
        sheet(7).paint(graphics, Palette.LIGHT);
        graphics.dispose();
        int green = Palette.LIGHT.right().getRGB();
        int red = Palette.LIGHT.wrong().getRGB();
        assertEquals(green, image.getRGB(14, 80), "the frame of the first");
        assertEquals(green, image.getRGB(144, 80), "its right side");
        assertEquals(red, image.getRGB(158, 80), "the frame of the second");
        assertEquals(green, image.getRGB(14, 198 + 80), "the seventh begins the second row");
        int gray = 0xff000000 | 100 * 0x010101;
        assertEquals(gray, image.getRGB(14 + 65, 14 + 65), "the first image");
        assertEquals(gray, image.getRGB(14 + 65, 14 + 65 - 30), "twice as wide as high: 65 px high");
        assertEquals(0xffffffff, image.getRGB(14 + 65, 14 + 65 - 36), "white above it");
        assertEquals(0xff000000 | 101 * 0x010101, image.getRGB(158 + 65, 14 + 65 + 60), "the second is upright");
        assertEquals(0xffffffff, image.getRGB(158 + 65 + 36, 14 + 65), "white beside it");
        assertTrue(ink(image, 14, 146, 100, 18, green) > 20, "its answer in green");
        assertTrue(ink(image, 158, 146, 100, 18, red) > 20, "its answer in red");
        assertEquals(0, ink(image, 14, 166, 130, 14, Palette.LIGHT.faint().getRGB()), "a right one has no truth");
        assertTrue(ink(image, 158, 166, 130, 14, Palette.LIGHT.faint().getRGB()) > 5, "what the wrong one is");
    }

    private static long ink(BufferedImage image, int left, int top, int width, int height, int color) {
        return IntStream.range(0, width * height)
                .filter(at -> image.getRGB(left + at % width, top + at / width) == color)
                .count();
    }
}
