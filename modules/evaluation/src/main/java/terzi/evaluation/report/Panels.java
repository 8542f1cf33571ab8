package terzi.evaluation.report;

import java.awt.Graphics2D;
import java.util.List;
import java.util.stream.Collectors;

/** Figures side by side. */
record Panels(List<? extends Figure> figures) implements Figure {
    private static final int GAP = 12;

    Panels {
        figures = List.copyOf(figures);
    }

    @Override
    public int width() {
        return figures.stream().mapToInt(Figure::width).sum() + GAP * (figures.size() - 1);
    }

    @Override
    public int height() {
        return figures.stream().mapToInt(Figure::height).max().orElse(1);
    }

    @Override
    public String description() {
        return figures.stream().map(Figure::description).collect(Collectors.joining(" "));
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        int x = 0;
        for (Figure figure : figures) {
            graphics.translate(x, 0);
            figure.paint(graphics, palette);
            graphics.translate(-x, 0);
            x += figure.width() + GAP;
        }
    }
}
