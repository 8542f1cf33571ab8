package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.text.AttributedString;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SvgGraphicsTest {

    @BeforeAll
    static void fonts() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
    }

    /** A figure of 100 × 50 that does one thing. */
    record Drawn(Consumer<Graphics2D> what) implements Figure {
        @Override
        public int width() {
            return 100;
        }

        @Override
        public int height() {
            return 50;
        }

        @Override
        public String description() {
            return "<a> & \"b\"";
        }

        @Override
        public void paint(Graphics2D graphics, Palette palette) {
            graphics.setColor(new Color(0x123456));
            what.accept(graphics);
        }
    }

    private static String svg(Consumer<Graphics2D> what) {
        return SvgGraphics.draw(new Drawn(what), "f7");
    }

    /** The inside of the svg element. */
    private static String inside(Consumer<Graphics2D> what) {
        String svg = svg(what);
        return svg.substring(svg.indexOf("\">") + 2, svg.length() - "</svg>".length());
    }

    @Test
    void theElementHasTheFiguresSizeAndItsDescriptionAsAText() {
        assertEquals(
                "<svg viewBox=\"0 0 100 50\" width=\"100\" height=\"50\" role=\"img\""
                        + " aria-label=\"&lt;a> &amp; &#34;b&#34;\"></svg>",
                svg(graphics -> {}));
    }

    /** To a hundredth, without what can be left out. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "3, 3",
        "-3, -3",
        "0.5, .5",
        "-0.5, -.5",
        "0.25, .25",
        "1.1, 1.1",
        "1.05, 1.05",
        "-12.34, -12.34",
        "0.004, 0",
        "-0.004, 0",
        "0.996, 1",
        "99.999, 100",
        "10.07, 10.07"
    })
    void numbersAreWrittenToAHundredth(double value, String written) {
        String path = inside(graphics -> graphics.draw(new Line2D.Double(value, 40, 50, 60)));
        assertTrue(path.contains("d=\"M" + written + " 40L50 60\""), path);
    }

    @Test
    void aNegativeNumberNeedsNoBlankBeforeIt() {
        String path = inside(graphics -> graphics.draw(new Line2D.Double(1, -2, -3, 4)));
        assertTrue(path.endsWith(" d=\"M1-2L-3 4\"/>"), path);
    }

    @Test
    void aFilledShapeHasItsColourAndOutlineAndNoStroke() {
        assertEquals(
                "<path fill=\"#123456\" d=\"M10 20L40 20L40 60L10 60L10 20Z\"/>",
                inside(graphics -> graphics.fill(new Rectangle2D.Double(10, 20, 30, 40))));
        assertEquals("<path fill=\"#000a0b\" d=\"M0 0L1 0L1 1L0 1L0 0Z\"/>", inside(graphics -> {
            graphics.setColor(new Color(0x000a0b));
            graphics.fillRect(0, 0, 1, 1);
        }));
    }

    @Test
    void aLineHasItsStroke() {
        assertEquals(
                "<path fill=\"none\" stroke=\"#123456\" stroke-width=\"2.5\" stroke-linejoin=\"round\""
                        + " stroke-linecap=\"round\" stroke-dasharray=\"5 1.5 \" d=\"M1 2L3 4\"/>",
                inside(graphics -> {
                    graphics.setStroke(new BasicStroke(
                            2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10, new float[] {5, 1.5f}, 0));
                    graphics.drawLine(1, 2, 3, 4);
                }));
        assertEquals("<path fill=\"none\" stroke=\"#123456\" stroke-width=\"1\" d=\"M1 2L3 4\"/>", inside(graphics -> {
            graphics.setStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
            graphics.drawLine(1, 2, 3, 4);
        }));
    }

    @Test
    void whatCanBeSeenThroughSaysHowFar() {
        assertEquals("<path fill=\"#010203\" fill-opacity=\".2\" d=\"M0 0L1 0L1 1L0 1L0 0Z\"/>", inside(graphics -> {
            graphics.setColor(new Color(1, 2, 3, 51));
            graphics.fillRect(0, 0, 1, 1);
        }));
        String line = inside(graphics -> {
            graphics.setColor(new Color(1, 2, 3, 254));
            graphics.drawLine(0, 0, 1, 1);
        });
        assertTrue(line.contains("stroke-opacity=\"1\""), line);
        assertEquals("", inside(graphics -> {
            graphics.setColor(new Color(1, 2, 3, 0));
            graphics.fillRect(0, 0, 1, 1);
            graphics.setColor(new Color(1, 2, 3, 0));
            graphics.drawLine(0, 0, 1, 1);
        }));
    }

    @Test
    void theColoursOfThePageAreItsVariables() {
        Map<Color, String> css = Map.of(
                Palette.VARIABLES.paper(), "paper",
                Palette.VARIABLES.ink(), "ink",
                Palette.VARIABLES.faint(), "faint",
                Palette.VARIABLES.grid(), "grid",
                Palette.VARIABLES.first(), "first",
                Palette.VARIABLES.second(), "second",
                Palette.VARIABLES.third(), "third",
                Palette.VARIABLES.right(), "right",
                Palette.VARIABLES.wrong(), "wrong",
                Palette.VARIABLES.onStrong(), "on-strong");
        css.forEach((color, name) -> {
            String path = inside(graphics -> {
                graphics.setColor(Palette.withAlpha(color, 0.5));
                graphics.fillRect(0, 0, 1, 1);
            });
            assertTrue(path.contains("fill=\"var(--" + name + ")\" fill-opacity=\".5\""), path);
        });
    }

    /** A line that is drawn in pieces, as the plotting library does, is dashed once, and does not show through itself. */
    @Test
    void aPieceThatBeginsWhereTheOneBeforeEndedGoesOn() {
        assertEquals(
                "<path fill=\"none\" stroke=\"#010203\" stroke-opacity=\".2\" stroke-width=\"1\" d=\"M1 2L3 4L5 0\"/>"
                        + "<path fill=\"none\" stroke=\"#010203\" stroke-opacity=\".2\" stroke-width=\"1\" d=\"M5 1L6 1\"/>",
                inside(graphics -> {
                    graphics.setColor(new Color(1, 2, 3, 51));
                    graphics.setStroke(new BasicStroke(1));
                    graphics.drawLine(1, 2, 3, 4);
                    graphics.drawLine(3, 4, 5, 0);
                    graphics.drawLine(5, 1, 6, 1);
                }));
        assertEquals(
                "<path fill=\"none\" stroke=\"#123456\" stroke-width=\"1\" d=\"M1 2L3 4L5 0M5 1L6 1\"/>",
                inside(graphics -> {
                    graphics.setStroke(new BasicStroke(1));
                    graphics.drawLine(1, 2, 3, 4);
                    graphics.drawLine(3, 4, 5, 0);
                    graphics.drawLine(5, 1, 6, 1);
                }));
    }

    @Test
    void neighboursOfOneStyleAreOnePathUnlessTheyCouldShowThrough() {
        assertEquals("<path fill=\"#123456\" d=\"M0 0L1 0L1 1L0 1L0 0ZM5 0L6 0L6 1L5 1L5 0Z\"/>", inside(graphics -> {
            graphics.fillRect(0, 0, 1, 1);
            graphics.fillRect(5, 0, 1, 1);
        }));
        List<Svg.Element> through = Svg.elements(inside(graphics -> {
            graphics.setColor(new Color(1, 2, 3, 100));
            graphics.fillRect(0, 0, 1, 1);
            graphics.fillRect(0, 0, 1, 1);
        }));
        assertEquals(2, through.size());
        List<Svg.Element> styles = Svg.elements(inside(graphics -> {
            graphics.fillRect(0, 0, 1, 1);
            graphics.drawLine(0, 0, 1, 1);
            graphics.setColor(Color.RED);
            graphics.drawLine(0, 0, 1, 1);
            graphics.drawString("t", 1, 2);
            graphics.drawLine(0, 0, 2, 2);
        }));
        assertEquals(
                List.of("path", "path", "path", "text", "path"),
                styles.stream().map(Svg.Element::name).toList());
        assertEquals("#ff0000", styles.get(2).get("stroke"));
        assertEquals("M0 0L2 2", styles.get(4).get("d"));
    }

    @Test
    void whatHasNoPlaceIsNotDrawn() {
        assertEquals("", inside(graphics -> graphics.draw(new Line2D.Double(Double.NaN, 0, 1, 1))));
        assertEquals("", inside(graphics -> graphics.draw(new Line2D.Double(0, 0, 1, Double.POSITIVE_INFINITY))));
        assertEquals("", inside(graphics -> graphics.fill(new Path2D.Double())));
        assertEquals("", inside(graphics -> graphics.drawString("", 1, 1)));
    }

    @Test
    void curvesKeepTheirKind() {
        assertTrue(inside(graphics -> {
                    Path2D path = new Path2D.Double();
                    path.moveTo(0, 0);
                    path.quadTo(1, 2, 3, 4);
                    path.curveTo(5, 6, 7, 8, 9, 10);
                    path.closePath();
                    graphics.fill(path);
                })
                .contains("d=\"M0 0Q1 2 3 4C5 6 7 8 9 10Z\""));
    }

    @Test
    void aTextStandsAtItsPlaceWithItsSizeAndTheWidthOfItsFont() {
        Svg.Element text = Svg.elements(svg(graphics -> {
                    graphics.setFont(Drawing.font(Font.BOLD, 13));
                    graphics.drawString("a <b> & c", 10, 20);
                }))
                .get(0);
        assertEquals("a &lt;b&gt; &amp; c", text.text());
        assertEquals("10", text.get("x"));
        assertEquals("20", text.get("y"));
        assertEquals("13", text.get("font-size"));
        assertEquals("600", text.get("font-weight"));
        assertEquals("#123456", text.get("fill"));
        assertEquals("spacingAndGlyphs", text.get("lengthAdjust"));
        Graphics2D real = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        real.setFont(Drawing.font(Font.BOLD, 13));
        assertEquals(real.getFontMetrics().stringWidth("a <b> & c"), text.number("textLength"), 1);
        real.dispose();
        Svg.Element plain = Svg.elements(svg(graphics -> {
                    graphics.setFont(Drawing.font(Font.PLAIN, 11));
                    graphics.translate(5, 6);
                    graphics.drawString("x", 0.5f, 0);
                }))
                .get(0);
        assertEquals("", plain.get("font-weight"));
        assertEquals("5.5", plain.get("x"));
        assertEquals("6", plain.get("y"));
    }

    /** Turned a quarter to the left at (30, 40): right becomes up, so the matrix is (0, −1, 1, 0). */
    @Test
    void aTurnedTextHasTheMatrixOfItsTurn() {
        Svg.Element text = Svg.elements(svg(graphics -> {
                    graphics.translate(30, 40);
                    graphics.rotate(-Math.PI / 2);
                    graphics.drawString("x", 7, 0);
                }))
                .get(0);
        assertEquals("matrix(0 -1 1 0 30 33)", text.get("transform"));
        assertEquals("", text.get("x"));
        Svg.Element scaled = Svg.elements(svg(graphics -> {
                    graphics.scale(2, 2);
                    graphics.drawString("x", 7, 1);
                }))
                .get(0);
        assertEquals("matrix(2 0 0 2 14 2)", scaled.get("transform"));
    }

    /** A way to move the line (0, 0)–(10, 0), and where it then lies on paper. */
    record Move(String name, Consumer<Graphics2D> move, String path) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Move> moves() {
        return Stream.of(
                new Move("translate by whole numbers", g -> g.translate(3, 4), "M3 4L13 4"),
                new Move("translate", g -> g.translate(0.5, 4.0), "M.5 4L10.5 4"),
                new Move("rotate", g -> g.rotate(Math.PI / 2), "M0 0L0 10"),
                new Move("rotate around a point", g -> g.rotate(Math.PI / 2, 10, 0), "M10-10L10 0"),
                new Move("scale", g -> g.scale(0.5, 3), "M0 0L5 0"),
                new Move("shear", g -> g.shear(0, 1), "M0 0L10 10"),
                new Move("transform", g -> g.transform(AffineTransform.getTranslateInstance(1, 2)), "M1 2L11 2"),
                new Move(
                        "set the transform",
                        g -> {
                            g.translate(50, 50);
                            g.setTransform(AffineTransform.getTranslateInstance(1, 2));
                        },
                        "M1 2L11 2"));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void whatIsMovedIsDrawnThere(Move move) {
        String svg = inside(graphics -> {
            move.move().accept(graphics);
            graphics.drawLine(0, 0, 10, 0);
        });
        assertTrue(svg.contains("d=\"" + move.path() + "\""), svg);
    }

    /** A shape by one of its other names, and the box it fills. */
    record Box(String name, Consumer<Graphics2D> shape, boolean filled, Rectangle box) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Box> boxes() {
        int[] xs = {1, 11, 6};
        int[] ys = {2, 2, 12};
        return Stream.of(
                new Box("fillRect", g -> g.fillRect(1, 2, 10, 20), true, new Rectangle(1, 2, 10, 20)),
                new Box("fillOval", g -> g.fillOval(1, 2, 10, 20), true, new Rectangle(1, 2, 10, 20)),
                new Box("drawOval", g -> g.drawOval(1, 2, 10, 20), false, new Rectangle(1, 2, 10, 20)),
                new Box("fillRoundRect", g -> g.fillRoundRect(1, 2, 10, 20, 4, 4), true, new Rectangle(1, 2, 10, 20)),
                new Box("drawRoundRect", g -> g.drawRoundRect(1, 2, 10, 20, 4, 4), false, new Rectangle(1, 2, 10, 20)),
                new Box("drawRect", g -> g.drawRect(1, 2, 10, 20), false, new Rectangle(1, 2, 10, 20)),
                new Box("fillArc", g -> g.fillArc(0, 0, 20, 20, 0, 90), true, new Rectangle(10, 0, 10, 10)),
                new Box("drawArc", g -> g.drawArc(0, 0, 20, 20, 180, 90), false, new Rectangle(0, 10, 10, 10)),
                new Box("drawPolyline", g -> g.drawPolyline(xs, ys, 3), false, new Rectangle(1, 2, 10, 10)),
                new Box("a part of a polyline", g -> g.drawPolyline(xs, ys, 2), false, new Rectangle(1, 2, 10, 0)),
                new Box("drawPolygon", g -> g.drawPolygon(xs, ys, 3), false, new Rectangle(1, 2, 10, 10)),
                new Box("fillPolygon", g -> g.fillPolygon(xs, ys, 3), true, new Rectangle(1, 2, 10, 10)));
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void shapesByOtherNamesAreThoseShapes(Box box) {
        List<Svg.Element> elements = Svg.elements(inside(box.shape()));
        assertEquals(1, elements.size());
        Svg.Element path = elements.get(0);
        assertEquals(box.filled(), path.get("fill").equals("#123456"));
        assertEquals(!box.filled(), path.get("stroke").equals("#123456"));
        List<Svg.Outline> outlines = path.outlines();
        assertEquals(
                box.box().getMinX(),
                outlines.stream().mapToDouble(Svg.Outline::left).min().orElseThrow(),
                0.01);
        assertEquals(
                box.box().getMinY(),
                outlines.stream().mapToDouble(Svg.Outline::top).min().orElseThrow(),
                0.01);
        assertEquals(
                box.box().getMaxX(),
                outlines.stream().mapToDouble(Svg.Outline::right).max().orElseThrow(),
                0.01);
        assertEquals(
                box.box().getMaxY(),
                outlines.stream().mapToDouble(Svg.Outline::bottom).max().orElseThrow(),
                0.01);
    }

    @Test
    void anOpenLineIsNotClosedAndAPolygonIs() {
        int[] xs = {1, 11, 6};
        int[] ys = {2, 2, 12};
        assertTrue(inside(g -> g.drawPolyline(xs, ys, 3)).endsWith("d=\"M1 2L11 2L6 12\"/>"));
        assertTrue(inside(g -> g.drawPolygon(xs, ys, 3)).endsWith("d=\"M1 2L11 2L6 12Z\"/>"));
        assertFalse(inside(g -> g.drawArc(0, 0, 20, 20, 180, 90)).contains("Z"), "an arc is open");
        assertTrue(inside(g -> g.fillArc(0, 0, 20, 20, 180, 90)).contains("Z"), "a piece of cake is closed");
    }

    @Test
    void glyphsAreOutlines() {
        List<Svg.Element> glyphs = Svg.elements(inside(graphics -> graphics.drawGlyphVector(
                Drawing.font(Font.PLAIN, 20).createGlyphVector(graphics.getFontRenderContext(), "I"), 30, 40)));
        assertEquals(1, glyphs.size());
        Svg.Outline letter = glyphs.get(0).outlines().get(0);
        assertTrue(letter.left() >= 30 && letter.right() < 45, "at its place");
        assertTrue(letter.bottom() <= 40.5 && letter.top() > 20, "on its line");
    }

    @Test
    void aClipIsWrittenWhereSomethingReachesBeyondItAndOnlyOnce() {
        String svg = inside(graphics -> {
            graphics.setClip(10, 10, 20, 20);
            graphics.fillRect(12, 12, 5, 5);
            graphics.drawLine(0, 15, 100, 15);
            graphics.setColor(Color.RED);
            graphics.drawLine(0, 16, 100, 16);
        });
        assertEquals(1, svg.split("<clipPath", -1).length - 1, svg);
        assertTrue(
                svg.contains("<clipPath id=\"f7-c0\"><path d=\"M10 10L30 10L30 30L10 30L10 10Z\"/></clipPath>"), svg);
        assertEquals(2, svg.split("clip-path=\"url\\(#f7-c0\\)\"", -1).length - 1, svg);
        String moved = inside(graphics -> {
            graphics.translate(100, 0);
            graphics.clipRect(0, 0, 10, 10);
            graphics.drawLine(-50, 5, 50, 5);
            graphics.setClip(null);
            graphics.drawLine(-50, 5, 50, 5);
            graphics.setClip(new Rectangle(0, 0, 20, 20));
            graphics.clip(new Rectangle(10, 0, 20, 20));
            graphics.drawLine(-50, 6, 50, 6);
        });
        assertTrue(moved.contains("id=\"f7-c0\"><path d=\"M100 0L110 0L110 10L100 10L100 0Z\""), moved);
        assertTrue(moved.contains("id=\"f7-c1\"><path d=\"M110 0L120 0L120 20L110 20L110 0Z\""), moved);
        assertEquals(2, moved.split("clip-path", -1).length - 1, "one line has no clip: " + moved);
    }

    @Test
    void whatIsSetCanBeAskedFor() {
        svg(graphics -> {
            Font font = Drawing.font(Font.ITALIC, 17);
            graphics.setFont(font);
            assertEquals(font, graphics.getFont());
            assertEquals(17, graphics.getFontMetrics().getFont().getSize());
            graphics.setBackground(Color.PINK);
            assertEquals(Color.PINK, graphics.getBackground());
            graphics.setPaint(Color.ORANGE);
            assertEquals(Color.ORANGE, graphics.getPaint());
            assertEquals(Color.ORANGE, graphics.getColor());
            BasicStroke stroke = new BasicStroke(9);
            graphics.setStroke(stroke);
            assertSame(stroke, graphics.getStroke());
            graphics.setComposite(AlphaComposite.Src);
            assertEquals(AlphaComposite.Src, graphics.getComposite());
            graphics.setRenderingHint(RenderingHints.KEY_DITHERING, RenderingHints.VALUE_DITHER_ENABLE);
            assertEquals(RenderingHints.VALUE_DITHER_ENABLE, graphics.getRenderingHint(RenderingHints.KEY_DITHERING));
            graphics.addRenderingHints(Map.of(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_SPEED));
            assertEquals(
                    RenderingHints.VALUE_RENDER_SPEED,
                    graphics.getRenderingHints().get(RenderingHints.KEY_RENDERING));
            graphics.setRenderingHints(Map.of(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY));
            assertEquals(RenderingHints.VALUE_RENDER_QUALITY, graphics.getRenderingHint(RenderingHints.KEY_RENDERING));
            graphics.translate(4, 5);
            assertEquals(AffineTransform.getTranslateInstance(4, 5), graphics.getTransform());
            graphics.setClip(1, 2, 3, 4);
            assertEquals(new Rectangle(1, 2, 3, 4), graphics.getClipBounds());
            Shape clip = graphics.getClip();
            assertEquals(new Rectangle(1, 2, 3, 4), clip.getBounds());
            assertTrue(graphics.hit(new Rectangle(5, 7, 1, 1), new Rectangle(0, 0, 9, 9), false));
            assertFalse(graphics.hit(new Rectangle(500, 7, 1, 1), new Rectangle(0, 0, 9, 9), false));
            assertNotEquals(null, graphics.getDeviceConfiguration());
            assertTrue(graphics.getFontRenderContext().isAntiAliased(), "measured as it is drawn");
        });
    }

    static Stream<Consumer<Graphics2D>> impossible() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        AffineTransform still = new AffineTransform();
        return Stream.of(
                g -> g.drawImage(image, 0, 0, null),
                g -> g.drawImage(image, 0, 0, 1, 1, null),
                g -> g.drawImage(image, 0, 0, Color.RED, null),
                g -> g.drawImage(image, 0, 0, 1, 1, Color.RED, null),
                g -> g.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1, null),
                g -> g.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1, Color.RED, null),
                g -> g.drawImage(image, still, null),
                g -> g.drawImage(image, null, 0, 0),
                g -> g.drawRenderedImage(image, still),
                g -> g.drawRenderableImage(null, still),
                g -> g.copyArea(0, 0, 1, 1, 1, 1),
                g -> g.clearRect(0, 0, 1, 1),
                g -> g.setXORMode(Color.RED),
                g -> g.create(),
                g -> g.drawString(new AttributedString("x").getIterator(), 0, 0),
                g -> g.drawString(new AttributedString("x").getIterator(), 0f, 0f));
    }

    /** Rather than leaving it out silently. */
    @ParameterizedTest
    @MethodSource("impossible")
    void whatSvgCannotDrawIsRefused(Consumer<Graphics2D> what) {
        UnsupportedOperationException refused = assertThrows(UnsupportedOperationException.class, () -> svg(what));
        assertTrue(refused.getMessage().startsWith("a figure in SVG cannot "), refused.getMessage());
    }
}
