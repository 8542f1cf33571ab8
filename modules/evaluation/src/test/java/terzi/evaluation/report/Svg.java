package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads what {@link SvgGraphics} wrote: elements with their attributes, and the points of paths. */
final class Svg {
    private static final Pattern ELEMENT =
            Pattern.compile("<(path|text)((?: [-a-zA-Z]+=\"[^\"]*\")*)(?:/>|>([^<]*)</text>)");
    private static final Pattern ATTRIBUTE = Pattern.compile(" ([-a-zA-Z]+)=\"([^\"]*)\"");
    private static final Pattern NUMBER = Pattern.compile("-?(?:\\d+(?:\\.\\d+)?|\\.\\d+)");

    private Svg() {}

    /**
     * An element.
     *
     * @param text what stands between its tags
     */
    record Element(String name, Map<String, String> attributes, String text) {
        String get(String attribute) {
            return attributes.getOrDefault(attribute, "");
        }

        double number(String attribute) {
            return Double.parseDouble(get(attribute));
        }

        /** Each of the outlines that the path consists of. */
        List<Outline> outlines() {
            List<Outline> all = new ArrayList<>();
            for (String part : get("d").split("(?=M)", -1)) {
                List<double[]> points = new ArrayList<>();
                Matcher numbers = NUMBER.matcher(part);
                while (numbers.find()) {
                    double x = Double.parseDouble(numbers.group());
                    if (!numbers.find()) {
                        throw new AssertionError("a point without its second number: " + part);
                    }
                    points.add(new double[] {x, Double.parseDouble(numbers.group())});
                }
                all.add(new Outline(points));
            }
            return all;
        }
    }

    /** An outline, control points of curves included. */
    record Outline(List<double[]> points) {
        /** The pieces between its points. */
        List<Outline> segments() {
            return IntStream.range(1, points.size())
                    .mapToObj(i -> new Outline(points.subList(i - 1, i + 1)))
                    .toList();
        }

        double left() {
            return points.stream().mapToDouble(p -> p[0]).min().orElseThrow();
        }

        double right() {
            return points.stream().mapToDouble(p -> p[0]).max().orElseThrow();
        }

        double top() {
            return points.stream().mapToDouble(p -> p[1]).min().orElseThrow();
        }

        double bottom() {
            return points.stream().mapToDouble(p -> p[1]).max().orElseThrow();
        }
    }

    static List<Element> elements(String svg) {
        List<Element> all = new ArrayList<>();
        Matcher element = ELEMENT.matcher(svg);
        while (element.find()) {
            Map<String, String> attributes = new LinkedHashMap<>();
            Matcher attribute = ATTRIBUTE.matcher(element.group(2));
            while (attribute.find()) {
                attributes.put(attribute.group(1), attribute.group(2));
            }
            all.add(new Element(element.group(1), attributes, element.group(3) == null ? "" : element.group(3)));
        }
        return all;
    }

    static List<Element> paths(Figure figure) {
        return elements(SvgGraphics.draw(figure, "f")).stream()
                .filter(element -> element.name().equals("path"))
                .toList();
    }

    static List<Element> texts(Figure figure) {
        return elements(SvgGraphics.draw(figure, "f")).stream()
                .filter(element -> element.name().equals("text"))
                .toList();
    }
}
