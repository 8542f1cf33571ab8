package terzi.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import terzi.images.Image;
import terzi.images.Resize;

/** Drawn images of which no two are the same, unless they are said to be; each kind is hard for a search for duplicates. */
final class DrawnSets {
    private static final int FRAMES = 8;

    private DrawnSets() {}

    static LoadedSet icons(long seed) {
        return set("drawn icons", seed, 800, List.of("disc", "box", "star", "ring"), DrawnSets::icon);
    }

    static LoadedSet forms(long seed) {
        return set("drawn forms", seed, 400, List.of("form"), r -> form(r.split()));
    }

    static LoadedSet pages(long seed) {
        return set("drawn pages", seed, 400, List.of("page"), r -> page(r.split()));
    }

    static LoadedSet textures(long seed) {
        return set("drawn textures", seed, 400, List.of("coarse", "fine"), DrawnSets::texture);
    }

    static LoadedSet plain(long seed) {
        return set("drawn plain colours", seed, 400, List.of("plain"), r -> {
            byte[] pixels = new byte[96 * 96 * 3];
            byte[] colour = new byte[3];
            r.split().nextBytes(colour);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = colour[i % 3];
            }
            return new Image(96, 96, 3, pixels);
        });
    }

    /** Eight frames of each of 60 scenes: a hand-held camera, an object that moves, and noise. */
    static LoadedSet bursts(long seed) {
        return set("drawn bursts", seed, 60 * FRAMES, List.of("scene"), r -> frame(r, seed));
    }

    /** Whether two images of {@link #bursts} show one scene. */
    static boolean sameScene(int first, int second) {
        return first / FRAMES == second / FRAMES;
    }

    private record Draw(int index, int label, SplittableRandom split) {}

    private static LoadedSet set(
            String name, long seed, int count, List<String> labels, Function<Draw, Image> drawing) {
        LoadedSet set = LoadedSet.empty(name, labels);
        for (int i = 0; i < count; i++) {
            int label = i % labels.size();
            set.add(
                    drawing.apply(new Draw(i, label, new SplittableRandom(seed * 1_000_003 + i))),
                    label,
                    labels.get(label) + "/" + i);
        }
        return set;
    }

    private static Graphics2D pen(BufferedImage image, Color ground) {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        pen.setColor(ground);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        return pen;
    }

    /** 32 x 32 gray, centred: of one class differ width, height, turn, brightness and what lies inside. */
    private static Image icon(Draw draw) {
        SplittableRandom random = draw.split();
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = pen(image, Color.BLACK);
        double w = 9 + 5 * random.nextDouble();
        double h = 9 + 5 * random.nextDouble();
        AffineTransform turn = AffineTransform.getTranslateInstance(16, 16);
        turn.rotate((random.nextDouble() - 0.5) * 0.6);
        pen.transform(turn);
        int bright = 150 + random.nextInt(106);
        pen.setColor(new Color(bright, bright, bright));
        switch (draw.label()) {
            case 0 -> pen.fill(new Ellipse2D.Double(-w, -h, 2 * w, 2 * h));
            case 1 -> pen.fill(new Rectangle2D.Double(-w, -h, 2 * w, 2 * h));
            case 2 -> pen.fill(star(w, h, 0.35 + 0.3 * random.nextDouble()));
            default -> {
                pen.setStroke(new BasicStroke((float) (2 + 4 * random.nextDouble())));
                pen.draw(new Ellipse2D.Double(-w, -h, 2 * w, 2 * h));
            }
        }
        int dark = random.nextInt(120);
        pen.setColor(new Color(dark, dark, dark));
        double dot = 1.5 + 2.5 * random.nextDouble();
        pen.fill(new Ellipse2D.Double(
                -dot + 6 * (random.nextDouble() - 0.5), -dot + 6 * (random.nextDouble() - 0.5), 2 * dot, 2 * dot));
        pen.dispose();
        return Image.of(image);
    }

    private static Path2D star(double w, double h, double inner) {
        Path2D star = new Path2D.Double();
        for (int k = 0; k < 10; k++) {
            double r = k % 2 == 0 ? 1 : inner;
            double x = w * r * StrictMath.sin(k * StrictMath.PI / 5);
            double y = -h * r * StrictMath.cos(k * StrictMath.PI / 5);
            if (k == 0) {
                star.moveTo(x, y);
            } else {
                star.lineTo(x, y);
            }
        }
        star.closePath();
        return star;
    }

    /** One template, filled in by different hands. */
    private static Image form(SplittableRandom random) {
        BufferedImage image = new BufferedImage(300, 400, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = pen(image, new Color(250, 250, 250));
        pen.setColor(Color.BLACK);
        pen.fillRect(30, 24, 120, 14);
        for (int row = 0; row < 9; row++) {
            int y = 70 + 36 * row;
            pen.drawRect(30, y, 240, 26);
            pen.fillRect(34, y + 3, 30 + 7 * (row % 4), 5);
            pen.setColor(new Color(40, 40, 110));
            pen.setStroke(new BasicStroke(1.6f));
            Path2D line = new Path2D.Double();
            line.moveTo(90 + 20 * random.nextDouble(), y + 18);
            int letters = 3 + random.nextInt(14);
            for (int k = 0; k < letters; k++) {
                double x = 100 + 10 * k;
                line.quadTo(x, y + 4 + 20 * random.nextDouble(), x + 6, y + 8 + 14 * random.nextDouble());
            }
            pen.draw(line);
            pen.setColor(Color.BLACK);
            pen.setStroke(new BasicStroke(1));
        }
        pen.dispose();
        return noisy(Image.of(image), random, 2);
    }

    /** A page of a book: lines of the same place, words of other lengths. */
    private static Image page(SplittableRandom random) {
        BufferedImage image = new BufferedImage(300, 400, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = pen(image, new Color(245, 245, 245));
        pen.setColor(new Color(60, 60, 60));
        for (int y = 40; y < 360; y += 11) {
            int end = random.nextInt(7) == 0 ? 60 + random.nextInt(200) : 270;
            for (int x = 30; x < end; ) {
                int word = 6 + random.nextInt(36);
                for (int k = x; k < Math.min(end, x + word); k += 4) {
                    pen.fillRect(k, y + random.nextInt(2), 3, 4 + random.nextInt(3));
                }
                x += word + 5;
            }
        }
        pen.dispose();
        return noisy(Image.of(image), random, 2);
    }

    private static Image texture(Draw draw) {
        SplittableRandom random = draw.split();
        int cells = draw.label() == 0 ? 12 + random.nextInt(8) : 40 + random.nextInt(30);
        byte[] noise = new byte[cells * cells];
        random.nextBytes(noise);
        return Resize.resize(new Image(cells, cells, 1, noise), 128, 128).withChannels(3);
    }

    private static Image frame(Draw draw, long seed) {
        SplittableRandom scene = new SplittableRandom(seed * 7_368_787 + draw.index() / FRAMES);
        int w = 320;
        int h = 240;
        Image whole = DrawnPhotos.photo(w + 32, h + 24, scene.nextInt());
        int side = 30 + scene.nextInt(30);
        Color colour = new Color(scene.nextInt(0x1000000));
        int t = draw.index() % FRAMES;
        SplittableRandom random = draw.split();
        BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.drawImage(whole.toBufferedImage(), -12 - random.nextInt(8) - t / 2, -8 - random.nextInt(6), null);
        pen.setColor(colour);
        pen.fillRect(60 + scene.nextInt(60) + 3 * t, 60 + scene.nextInt(100), side, side);
        pen.dispose();
        return noisy(Image.of(image), random, 4);
    }

    private static Image noisy(Image image, SplittableRandom random, double sigma) {
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            double value = (pixels[i] & 0xff) + sigma * random.nextGaussian();
            pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
        return new Image(image.width(), image.height(), image.channels(), pixels);
    }
}
