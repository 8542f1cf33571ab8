package terzi.runs;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.imgscalr.Scalr;

/** Many explained images side by side, to see at a glance what a classifier looks at. */
final class ContactSheet {
    /** More images begin another sheet. */
    static final int IMAGES = 48;

    private static final int COLUMNS = 6;
    private static final int CELL = 220;
    private static final int GAP = 18;
    private static final int CAPTION = 44;

    private final List<Entry> entries = new ArrayList<>();

    /** A thumbnail with its texts. */
    private record Entry(BufferedImage thumbnail, String title, String name) {}

    void add(ExplainedImage image, String name) {
        entries.add(new Entry(
                Scalr.resize(image.heat(), Scalr.Method.ULTRA_QUALITY, Scalr.Mode.AUTOMATIC, CELL),
                image.title(),
                name));
    }

    boolean isFull() {
        return entries.size() >= IMAGES;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    BufferedImage draw() {
        int columns = Math.min(COLUMNS, entries.size());
        int rows = (entries.size() + columns - 1) / columns;
        int cellHeight = CELL + CAPTION;
        BufferedImage image = new BufferedImage(
                columns * (CELL + GAP) + GAP, rows * (cellHeight + GAP) + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = Canvas.graphics(image);
        try {
            graphics.setColor(Canvas.PAPER);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            for (int i = 0; i < entries.size(); i++) {
                draw(
                        graphics,
                        entries.get(i),
                        GAP + i % columns * (CELL + GAP),
                        GAP + i / columns * (cellHeight + GAP));
            }
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static void draw(Graphics2D graphics, Entry entry, int x, int y) {
        BufferedImage thumbnail = entry.thumbnail();
        graphics.drawImage(
                thumbnail, x + (CELL - thumbnail.getWidth()) / 2, y + (CELL - thumbnail.getHeight()) / 2, null);
        graphics.setColor(Canvas.INK);
        graphics.setFont(Canvas.font(Font.BOLD, 15));
        // a long label is cut, its probability is not
        int cut = entry.title().lastIndexOf(' ', entry.title().lastIndexOf(' ') - 1);
        String label = entry.title().substring(0, cut);
        String probability = entry.title().substring(cut);
        int width = Canvas.width(graphics, probability);
        int room = Math.min(Canvas.width(graphics, label), CELL - width);
        Canvas.text(graphics, label, x, y + CELL + 20, room);
        Canvas.text(graphics, probability, x + room, y + CELL + 20, width);
        graphics.setColor(Canvas.FAINT);
        graphics.setFont(Canvas.font(Font.PLAIN, 12));
        Canvas.text(graphics, entry.name(), x, y + CELL + 37, CELL);
    }
}
