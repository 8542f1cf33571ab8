import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Paint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws the shop images in {@code samples/products} and {@code samples/products-new}: three categories, the same in
 * every run. Letters are drawn as lines, so no font is needed. Run from this folder with {@code java DrawProducts.java}; a
 * folder can be given as an argument. The drawings are the project's own and fall under its licence.
 */
public final class DrawProducts {
    private static final int PER_KIND = 3;
    /** Each pixel is the mean of FINE x FINE drawn ones. */
    private static final int FINE = 2;

    private static final int MAX_BYTES = 12_000;

    /** Lines on a grid 4 wide and 6 high, as pairs of digits. */
    private static final Map<Character, String> LETTERS = Map.ofEntries(
            letter('A', "0602204246 0444"), letter('B', "0600304142330333444536 06 3606"),
            letter('C', "4130100105163645"), letter('D', "060030424436 3606"), letter('E', "40000646 0333"),
            letter('F', "400006 0333"), letter('G', "41301001051636454323"), letter('H', "0006 4046 0343"),
            letter('I', "2026"), letter('J', "4045361605"), letter('K', "0006 400346"), letter('L', "000646"),
            letter('M', "0600234046"), letter('N', "06004640"), letter('O', "100105163645413010"),
            letter('P', "060030414233 3303"), letter('Q', "100105163645413010 2446"),
            letter('R', "060030414233 3303 2346"), letter('S', "4130100112324345361605"),
            letter('T', "0040 2026"), letter('U', "000516364540"), letter('V', "002640"),
            letter('W', "0016233640"), letter('X', "0046 4006"), letter('Y', "002340 2326"), letter('Z', "00400646"));

    private static Map.Entry<Character, String> letter(char name, String lines) {
        return Map.entry(name, lines);
    }

    private static Map<String, Map<String, Consumer<Pen>>> categories() {
        Map<String, Consumer<Pen>> beauty = new LinkedHashMap<>();
        beauty.put("lipstick", DrawProducts::lipstick);
        beauty.put("nail-polish", DrawProducts::nailPolish);
        beauty.put("perfume", DrawProducts::perfume);
        beauty.put("compact", DrawProducts::compact);
        beauty.put("makeup-brush", DrawProducts::makeupBrush);
        beauty.put("comb", DrawProducts::comb);
        beauty.put("hand-mirror", DrawProducts::handMirror);
        beauty.put("mascara", DrawProducts::mascara);
        beauty.put("cream-jar", DrawProducts::creamJar);
        beauty.put("lotion-tube", p -> squeezeTube(p, p.soft(), "SERA", "AURA", "CALM"));
        beauty.put("eye-shadow", DrawProducts::eyeShadow);
        beauty.put("pump-bottle", DrawProducts::pumpBottle);
        Map<String, Consumer<Pen>> music = new LinkedHashMap<>();
        music.put("album-circles", DrawProducts::albumCircles);
        music.put("album-stripes", DrawProducts::albumStripes);
        music.put("album-hills", DrawProducts::albumHills);
        music.put("album-face", DrawProducts::albumFace);
        music.put("album-type", DrawProducts::albumType);
        music.put("album-waves", DrawProducts::albumWaves);
        music.put("album-city", DrawProducts::albumCity);
        music.put("compact-disc", DrawProducts::compactDisc);
        music.put("vinyl", DrawProducts::vinyl);
        music.put("cassette", DrawProducts::cassette);
        music.put("headphones", DrawProducts::headphones);
        music.put("jewel-case", DrawProducts::jewelCase);
        Map<String, Consumer<Pen>> health = new LinkedHashMap<>();
        health.put("pill-bottle", DrawProducts::pillBottle);
        health.put("blister", DrawProducts::blister);
        health.put("toothbrush", DrawProducts::toothbrush);
        health.put("thermometer", DrawProducts::thermometer);
        health.put("plasters", DrawProducts::plasters);
        health.put("capsules", DrawProducts::capsules);
        health.put("massage-roller", DrawProducts::massageRoller);
        health.put("supplement-tub", DrawProducts::supplementTub);
        health.put("syrup", DrawProducts::syrup);
        health.put("toothpaste", p -> squeezeTube(p, Color.WHITE, "MINT", "PURE", "CARE"));
        health.put("first-aid", DrawProducts::firstAid);
        health.put("medicine-box", DrawProducts::medicineBox);
        Map<String, Map<String, Consumer<Pen>>> all = new LinkedHashMap<>();
        all.put("All_Beauty", beauty);
        all.put("Digital_Music", music);
        all.put("Health_and_Personal_Care", health);
        return all;
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments.length > 0 ? arguments[0] : "..");
        for (Map.Entry<String, Map<String, Consumer<Pen>>> category : categories().entrySet()) {
            Path known = Files.createDirectories(root.resolve("products").resolve(category.getKey()));
            Path unseen = Files.createDirectories(root.resolve("products-new").resolve(category.getKey()));
            int kind = 0;
            for (Map.Entry<String, Consumer<Pen>> item : category.getValue().entrySet()) {
                // every fourth kind has one more image, which is kept apart
                int count = kind++ % 4 == 0 ? PER_KIND + 1 : PER_KIND;
                for (int i = 1; i <= count; i++) {
                    Path folder = i > PER_KIND ? unseen : known;
                    long seed = (category.getKey() + item.getKey()).hashCode() * 31L + i;
                    Files.write(folder.resolve(item.getKey() + "-" + i + ".jpg"), jpeg(image(item, seed)));
                }
            }
        }
    }

    // ---- beauty

    private static void lipstick(Pen p) {
        Color colour = Color.getHSBColor((float) p.between(-0.06, 0.04), (float) p.between(0.55, 0.9), 0.8f);
        Color body = p.pick(new Color(0x22, 0x20, 0x24), new Color(0xc9, 0xa2, 0x5a), new Color(0xf0, 0xe6, 0xe2));
        p.tube(-9, -2, 18, 42, 2, body);
        p.tube(-8, -14, 16, 12, 1, p.gold());
        Path2D bullet = path(-6.5, -14, -6.5, -32, -4, -37, 6.5, -44, 6.5, -14);
        p.fill(bullet, p.round(-6.5, 13, colour));
        p.fill(path(-6.5, -32, -4, -37, 6.5, -44, 5, -34), p.lighter(colour, 0.35));
        p.word(p.any("ORA", "LUMA", "SERA"), 0, 22, 4, p.against(body));
        if (p.chance(0.6)) {
            p.at(27, 8, p.between(-5, 80), 1, () -> p.tube(-9.5, -22, 19, 46, 2, body));
        }
    }

    private static void nailPolish(Pen p) {
        int bottles = p.chance(0.5) ? 1 : 3;
        for (int i = 0; i < bottles; i++) {
            Color colour = p.bright();
            p.at((i - (bottles - 1) / 2.0) * 31, 0, 0, bottles == 1 ? 1.15 : 0.95, () -> {
                p.tube(-6, -42, 12, 42, 3, new Color(0x26, 0x26, 0x2a));
                p.tube(-14, 0, 28, 36, p.chance(0.5) ? 9 : 3, colour);
                p.fill(box(-10, 4, 4, 27, 2), new Color(255, 255, 255, 120));
                p.word("VELA", 2, 21, 4, p.against(colour));
            });
        }
    }

    private static void perfume(Pen p) {
        Color juice = p.soft();
        double w = p.between(34, 52);
        p.fill(box(-w / 2, -16, w, 52, p.between(2, 12)), p.round(-w / 2, w, p.lighter(juice, 0.55)));
        p.fill(box(-w / 2 + 4, -4, w - 8, 36, 4), p.down(-4, 36, p.lighter(juice, 0.2), juice));
        p.tube(-6, -24, 12, 8, 1, p.gold());
        if (p.chance(0.5)) {
            p.tube(-11, -42, 22, 19, 3, p.pick(new Color(0x2b, 0x2b, 0x30), p.gold(), new Color(0xee, 0xee, 0xf2)));
        } else {
            p.fill(circle(0, -33, 11), p.ball(0, -33, 11, p.pick(p.gold(), juice)));
        }
        p.fill(box(-13, 4, 26, 16, 1), new Color(255, 255, 255, 225));
        p.word(p.any("NUIT", "FLEUR", "AMBRE", "OUD"), 0, 12, 5, new Color(0x44, 0x3a, 0x33));
        p.fill(box(-w / 2 + 3, -12, 3, 44, 2), new Color(255, 255, 255, 150));
    }

    private static void compact(Pen p) {
        Color shell = p.pick(new Color(0x2a, 0x26, 0x2b), p.gold(), new Color(0xf0, 0xc6, 0xc8));
        Color powder = Color.getHSBColor((float) p.between(0.02, 0.08), (float) p.between(0.2, 0.5), 0.92f);
        p.fill(circle(0, -22, 25), p.ball(-5, -28, 34, shell));
        p.fill(circle(0, -22, 21), p.down(-43, 0, new Color(0xf6, 0xf9, 0xfb), new Color(0xb9, 0xc8, 0xd2)));
        p.fill(path(-12, -34, -4, -39, -16, -12, -18, -18), new Color(255, 255, 255, 140));
        p.fill(circle(0, 23, 25), p.ball(-5, 16, 34, shell));
        p.fill(circle(0, 23, 20), p.ball(-6, 16, 34, powder));
        p.line(circle(0, 23, 14), 0.8, p.darker(powder, 0.1));
        p.word("L", 0, 23, 8, p.darker(powder, 0.15));
    }

    private static void makeupBrush(Pen p) {
        int brushes = 1 + p.random.nextInt(4);
        Color handle = p.pick(new Color(0x22, 0x22, 0x22), p.soft(), new Color(0x9a, 0x6a, 0x40));
        Color hair = p.pick(new Color(0x4a, 0x33, 0x2a), new Color(0xb0, 0x84, 0x66), new Color(0xe4, 0xb8, 0xb8));
        for (int i = 0; i < brushes; i++) {
            double size = brushes == 1 ? 1.2 : p.between(0.6, 1);
            p.at((i - (brushes - 1) / 2.0) * 21, 0, (i - (brushes - 1) / 2.0) * 7, 1, () -> {
                double w = 9 * size;
                p.fill(curve(-w / 2, -16, -w * 1.2, -34, 0, -46, w * 1.2, -34, w / 2, -16), p.round(-w, 2 * w, hair));
                for (int k = -3; k <= 3; k++) {
                    p.line(new Line2D.Double(k * w * 0.12, -16, k * w * 0.2, -37), 0.3, p.darker(hair, 0.25));
                }
                p.tube(-w / 2, -17, w, 13, 0.5, new Color(0xc8, 0xc8, 0xce));
                p.fill(path(-w / 2, -4, w / 2, -4, 2, 44, -2, 44), p.round(-w / 2, w, handle));
            });
        }
    }

    private static void comb(Pen p) {
        Color colour = p.pick(new Color(0x7a, 0x45, 0x22), new Color(0x1e, 0x1e, 0x20), p.bright());
        Area comb = new Area(box(-44, -14, 88, 28, 6));
        for (double x = -40; x < 40; x += p.chance(0.5) ? 3.4 : 3.2) {
            comb.subtract(new Area(box(x, -4, 1.7, 20, 1)));
        }
        p.fill(comb, p.down(-14, 14, p.lighter(colour, 0.35), colour));
        p.line(new Line2D.Double(-41, -11.5, 41, -11.5), 1, p.lighter(colour, 0.55));
    }

    private static void handMirror(Pen p) {
        Color frame = p.pick(p.soft(), p.gold(), new Color(0x33, 0x2f, 0x36));
        p.fill(box(-4.5, 10, 9, 38, 7), p.round(-4.5, 9, frame));
        double w = p.between(19, 26);
        p.fill(new Ellipse2D.Double(-w, -46, 2 * w, 62), p.round(-w, 2 * w, frame));
        p.fill(new Ellipse2D.Double(-w + 4, -42, 2 * w - 8, 54),
                p.down(-42, 12, new Color(0xf4, 0xf8, 0xfa), new Color(0xa9, 0xbb, 0xc8)));
        p.fill(path(-w + 12, -32, -w + 20, -38, -w + 14, 0, -w + 8, -10), new Color(255, 255, 255, 150));
    }

    private static void mascara(Pen p) {
        Color body = p.pick(new Color(0x1b, 0x1b, 0x1f), p.bright(), p.gold());
        p.at(-12, 0, -3, 1, () -> {
            p.tube(-7, -22, 14, 64, 4, body);
            p.at(0, 10, 90, 1, () -> p.word("LASH", 0, 0, 5, p.against(body)));
        });
        p.at(15, 0, 8, 1, () -> {
            p.tube(-7, 8, 14, 34, 4, body);
            p.fill(box(-0.8, -24, 1.6, 34, 0), new Color(0x55, 0x55, 0x58));
            for (int i = 0; i < 22; i++) {
                double y = -42 + i;
                double reach = 4.5 - Math.abs(i - 11) * 0.16;
                p.line(new Line2D.Double(-reach, y + 1, reach, y - 1), 0.7, new Color(0x18, 0x18, 0x1a));
            }
        });
    }

    private static void creamJar(Pen p) {
        Color colour = p.pick(Color.WHITE, p.soft(), new Color(0x2d, 0x3a, 0x3a));
        p.fill(box(-34, -4, 68, 36, 10), p.round(-34, 68, colour));
        p.fill(new Ellipse2D.Double(-34, 20, 68, 18), p.round(-34, 68, colour));
        if (p.chance(0.5)) {
            p.fill(new Ellipse2D.Double(-34, -14, 68, 20), p.round(-34, 68, p.darker(colour, 0.08)));
            p.fill(new Ellipse2D.Double(-29, -12, 58, 15), new Color(0xfd, 0xf8, 0xf0));
            p.line(curve(-16, -6, -6, -14, 6, 4, 16, -7, 6, -3), 1.2, new Color(0xe2, 0xd6, 0xc6));
        } else {
            Color lid = p.pick(p.gold(), new Color(0xd5, 0xd5, 0xda), p.darker(colour, 0.3));
            p.tube(-35, -20, 70, 18, 2, lid);
            p.fill(new Ellipse2D.Double(-35, -28, 70, 16), p.lighter(lid, 0.25));
        }
        p.word(p.any("NOVA", "AURA", "SILK"), 0, 17, 8, p.against(colour));
    }

    private static void eyeShadow(Pen p) {
        int columns = 3 + p.random.nextInt(3);
        int rows = 2 + p.random.nextInt(2);
        double w = columns * 15 + 5;
        double h = rows * 15 + 5;
        double tint = p.between(-0.1, 0.15);
        p.fill(box(-w / 2, -h / 2, w, h, 4), new Color(0x26, 0x24, 0x28));
        for (int i = 0; i < columns * rows; i++) {
            double x = -w / 2 + 4 + i % columns * 15;
            double y = -h / 2 + 4 + i / columns * 15;
            Color pan = Color.getHSBColor((float) (tint + p.between(-0.08, 0.08)), (float) p.between(0.2, 0.7),
                    (float) p.between(0.45, 0.95));
            p.fill(p.chance(0.9) ? box(x, y, 13, 13, 2) : circle(x + 6.5, y + 6.5, 6.5),
                    p.down(y, y + 13, p.lighter(pan, 0.2), pan));
        }
    }

    private static void pumpBottle(Pen p) {
        Color colour = p.pick(p.soft(), new Color(0x8a, 0x4f, 0x22), Color.WHITE, p.bright());
        double w = p.between(28, 40);
        p.fill(box(-3, -34, 6, 14, 0), new Color(0xdd, 0xdd, 0xe0));
        p.fill(path(-16, -44, 8, -44, 8, -35, -8, -35, -16, -40), p.round(-16, 24, new Color(0xf0, 0xf0, 0xf2)));
        p.tube(-8, -28, 16, 10, 1, new Color(0xe8, 0xe8, 0xea));
        p.tube(-w / 2, -19, w, 64, 9, colour);
        p.fill(box(-w / 2 + 4, 0, w - 8, 32, 1), new Color(255, 255, 255, 215));
        p.word(p.any("SILK", "LUMA", "ROSE"), 0, 10, 6, new Color(0x50, 0x45, 0x45));
        p.lines(-w / 2 + 9, 19, w - 18, 3, new Color(0xa0, 0x98, 0x98));
    }

    private static void squeezeTube(Pen p, Color colour, String... names) {
        Color accent = p.bright();
        p.fill(path(-17, -42, 17, -42, 12, 30, -12, 30), p.round(-16, 32, colour));
        p.fill(box(-17.5, -45, 35, 6, 1), p.darker(colour, 0.12));
        p.tube(-9, 30, 18, 14, 2, p.chance(0.5) ? Color.WHITE : accent);
        p.fill(path(-15.4, -20, 15.4, -20, 14, 2, -14, 2), p.round(-16, 32, accent));
        p.word(p.any(names), 0, -9, 6, p.against(accent));
        p.lines(-8, 10, 16, 3, p.against(colour));
    }

    // ---- music

    private static void albumCircles(Pen p) {
        p.cover(p.bright(), p.darker(p.bright(), 0.5));
        int count = 3 + p.random.nextInt(9);
        for (int i = 0; i < count; i++) {
            Color c = p.bright();
            p.fill(circle(p.between(-45, 45), p.between(-45, 35), p.between(6, 26)),
                    new Color(c.getRed(), c.getGreen(), c.getBlue(), 170));
        }
        p.word(p.any("ORBIT", "ECHO", "BLOOM"), 0, 40, 9, Color.WHITE);
    }

    private static void albumStripes(Pen p) {
        p.cover(p.soft(), p.soft());
        double hue = p.random.nextDouble();
        p.at(0, 0, p.between(-80, 80), 1.6, () -> {
            for (int i = 0; i < 7; i++) {
                Color c = Color.getHSBColor((float) (hue + i * 0.06), 0.8f, (float) (0.95 - i * 0.07));
                p.fill(box(-60, -34 + i * 10, 120, 7, 0), c);
            }
        });
        p.fill(box(-50, 24, 70, 16, 0), new Color(0x18, 0x18, 0x1c));
        p.word(p.any("TIDES", "NEON", "PRISM"), -15, 32, 9, Color.WHITE);
    }

    private static void albumHills(Pen p) {
        Color sky = p.bright();
        p.cover(p.darker(sky, 0.4), p.lighter(sky, 0.6));
        p.fill(circle(p.between(-25, 25), p.between(-20, 2), p.between(9, 17)), new Color(0xff, 0xf1, 0xc8));
        for (int layer = 0; layer < 4; layer++) {
            Path2D hills = new Path2D.Double();
            hills.moveTo(-60, 60);
            double phase = p.between(0, 6);
            for (int x = -60; x <= 60; x += 6) {
                hills.lineTo(x, layer * 12 + 6 * Math.sin(x * 0.07 + phase) + p.between(-4, 4) * (4 - layer) * 0.5);
            }
            hills.lineTo(60, 60);
            p.fill(hills, p.darker(sky, 0.25 + 0.18 * layer));
        }
        p.word(p.any("NORTH", "VALLEY", "HOME"), 0, -40, 8, Color.WHITE);
    }

    private static void albumFace(Pen p) {
        Color back = p.bright();
        p.cover(back, p.darker(back, 0.55));
        Color skin = Color.getHSBColor(0.07f, (float) p.between(0.25, 0.6), (float) p.between(0.4, 0.95));
        Color hair = p.pick(new Color(0x20, 0x18, 0x18), new Color(0x80, 0x48, 0x20), p.bright());
        p.fill(new Ellipse2D.Double(-44, 26, 88, 60), p.pick(new Color(0x22, 0x22, 0x2c), p.bright()));
        p.fill(new Ellipse2D.Double(-25, -36, 50, p.between(50, 84)), hair);
        p.fill(box(-8, 10, 16, 24, 6), p.darker(skin, 0.15));
        p.fill(new Ellipse2D.Double(-18, -28, 36, 48), p.across(-18, 26, skin, p.darker(skin, 0.25)));
        p.fill(new Arc2D.Double(-21, -34, 42, 34, 0, 180, Arc2D.CHORD), hair);
        if (p.chance(0.5)) {
            p.fill(box(-16, -9, 14, 9, 4), new Color(0x15, 0x15, 0x18));
            p.fill(box(2, -9, 14, 9, 4), new Color(0x15, 0x15, 0x18));
            p.line(new Line2D.Double(-2, -6, 2, -6), 1.2, new Color(0x15, 0x15, 0x18));
        } else {
            p.fill(new Ellipse2D.Double(-12, -8, 7, 4), Color.WHITE);
            p.fill(new Ellipse2D.Double(5, -8, 7, 4), Color.WHITE);
            p.fill(circle(-8.5, -6, 1.8), new Color(0x22, 0x18, 0x14));
            p.fill(circle(8.5, -6, 1.8), new Color(0x22, 0x18, 0x14));
        }
        p.line(new Arc2D.Double(-6, 2, 12, 8, 200, 140, Arc2D.OPEN), 1.8, new Color(0x9c, 0x35, 0x35));
        p.word(p.any("MIRA", "LEON", "ANNA"), -22, 42, 10, Color.WHITE);
    }

    private static void albumType(Pen p) {
        Color back = p.pick(new Color(0xf3, 0xee, 0xe0), new Color(0x14, 0x14, 0x16), p.bright());
        p.cover(back, back);
        Color ink = p.against(back);
        String word = p.any("LOUD", "SOUL", "JAZZ", "FOLK");
        int rows = 1 + p.random.nextInt(4);
        for (int i = 0; i < rows; i++) {
            p.word(word, 0, -32 + (i + 0.5) * 66 / rows, rows == 1 ? 24 : Math.min(15, 44.0 / rows), i % 2 == 0 ? ink : p.bright());
        }
        p.word("LIVE VOL TWO", 0, 42, 4, ink);
    }

    private static void albumWaves(Pen p) {
        Color back = p.pick(new Color(0x10, 0x10, 0x18), p.darker(p.bright(), 0.7));
        p.cover(back, p.darker(back, 0.3));
        Color line = p.lighter(p.bright(), 0.3);
        for (int row = 0; row < 17; row++) {
            Path2D wave = new Path2D.Double();
            double y = -30 + row * 4;
            for (int x = -34; x <= 34; x += 2) {
                double lift = Math.exp(-x * x / 260.0) * p.between(0, 15);
                if (x == -34) {
                    wave.moveTo(x, y);
                } else {
                    wave.lineTo(x, y - lift);
                }
            }
            p.fill(wave, back);
            p.line(wave, 0.9, line);
        }
        p.word(p.any("PULSE", "DRIFT", "RADIO"), 0, 43, 6, line);
    }

    private static void albumCity(Pen p) {
        Color sky = p.bright();
        p.cover(p.darker(sky, 0.75), sky);
        for (int x = -50; x < 50; x += 9) {
            double top = p.between(-22, 24);
            p.fill(box(x, top, 8.5, 80, 0), new Color(0x14, 0x12, 0x20));
            for (int i = 0; i < 9; i++) {
                p.fill(box(x + 1.5 + p.random.nextInt(3) * 2, top + 3 + p.random.nextInt(14) * 4, 1.3, 2, 0),
                        new Color(0xff, 0xdf, 0x80));
            }
        }
        p.fill(circle(p.between(-30, 30), -26, 9), new Color(0xff, 0xf4, 0xe0));
        p.word(p.any("METRO", "NIGHT", "AVENUE"), 0, -42, 8, Color.WHITE);
    }

    private static void compactDisc(Pen p) {
        disc(p, p.chance(0.5) ? 44 : 38);
    }

    private static void disc(Pen p, double r) {
        Area ring = new Area(circle(0, 0, r));
        ring.subtract(new Area(circle(0, 0, r * 0.13)));
        p.fill(ring, p.ball(-r / 3, -r / 3, r * 1.6, new Color(0xd6, 0xda, 0xe0)));
        double turn = p.between(0, 360);
        for (int i = 0; i < 24; i++) {
            Color c = Color.getHSBColor(i / 12f, 0.55f, 1);
            Area ray = new Area(new Arc2D.Double(-r, -r, 2 * r, 2 * r, turn + i * 15, 9, Arc2D.PIE));
            ray.intersect(ring);
            p.fill(ray, new Color(c.getRed(), c.getGreen(), c.getBlue(), i % 12 < 5 ? 90 : 25));
        }
        if (p.chance(0.4)) {
            Area label = new Area(circle(0, 0, r * 0.97));
            label.subtract(new Area(circle(0, 0, r * 0.36)));
            Color c = p.bright();
            p.fill(label, p.ball(-r / 3, -r / 3, r * 1.5, c));
            p.word(p.any("SINGLES", "ECHO", "REMIX"), 0, -r * 0.62, r * 0.17, p.against(c));
        }
        p.line(circle(0, 0, r * 0.33), 0.8, new Color(0x9a, 0x9e, 0xa6));
        p.line(circle(0, 0, r * 0.13), 0.8, new Color(0x80, 0x84, 0x8c));
    }

    private static void vinyl(Pen p) {
        boolean sleeve = p.chance(0.6);
        p.at(sleeve ? 15 : 0, 0, 0, sleeve ? 0.8 : 1, () -> {
            p.fill(circle(0, 0, 43), p.ball(-10, -14, 70, new Color(0x22, 0x22, 0x26)));
            for (double r = 18; r < 42; r += 2.2) {
                p.line(circle(0, 0, r), 0.4, new Color(0x45, 0x45, 0x4c));
            }
            for (int side = 0; side < 2; side++) {
                p.fill(new Arc2D.Double(-42, -42, 84, 84, 40 + side * 180, 22, Arc2D.PIE),
                        new Color(255, 255, 255, 34));
            }
            Color label = p.bright();
            p.fill(circle(0, 0, 15), label);
            p.word("SIDE A", 0, -7, 3, p.against(label));
            p.fill(circle(0, 0, 1.6), Color.WHITE);
        });
        if (sleeve) {
            Color c = p.bright();
            p.fill(box(-46, -36, 66, 72, 0), p.down(-36, 36, c, p.darker(c, 0.4)));
            p.fill(circle(-13, -4, p.between(10, 22)), p.bright());
            p.word(p.any("GROOVE", "BLUES", "DISCO"), -13, 26, 8, Color.WHITE);
        }
    }

    private static void cassette(Pen p) {
        Color shell = p.pick(new Color(0x2c, 0x2c, 0x30), p.bright(), new Color(0xe8, 0xe6, 0xe0));
        Color label = p.soft();
        p.fill(box(-45, -29, 90, 58, 5), p.down(-29, 29, p.lighter(shell, 0.2), shell));
        p.fill(box(-39, -24, 78, 38, 3), label);
        p.fill(box(-39, -10, 78, 4, 0), p.bright());
        p.fill(box(-27, -4, 54, 15, 7), p.darker(shell, 0.4));
        for (int side = -1; side <= 1; side += 2) {
            p.fill(circle(side * 17, 3.5, 5.6), Color.WHITE);
            for (int i = 0; i < 6; i++) {
                int turn = i * 60;
                p.at(side * 17, 3.5, turn, 1, () -> p.fill(box(-0.8, -5.6, 1.6, 2.2, 0), new Color(0x22, 0x22, 0x22)));
            }
        }
        p.fill(path(-28, 29, -24, 18, 24, 18, 28, 29), p.darker(shell, 0.2));
        p.word(p.any("MIXTAPE", "DEMO", "HITS"), 0, -17, 5, new Color(0x33, 0x33, 0x33));
    }

    private static void headphones(Pen p) {
        Color colour = p.pick(new Color(0x25, 0x25, 0x28), p.bright(), new Color(0xf2, 0xf2, 0xf4));
        Color pad = p.darker(colour, 0.35);
        p.line(new Arc2D.Double(-33, -42, 66, 76, 0, 180, Arc2D.OPEN), 6.5, p.darker(colour, 0.1));
        p.line(new Arc2D.Double(-33, -42, 66, 76, 35, 110, Arc2D.OPEN), 9, colour);
        for (int side = -1; side <= 1; side += 2) {
            p.fill(box(side * 27 - 7, -4, 14, 38, 9), pad);
            p.fill(box(side * 36 - 9, -8, 18, 46, 13), p.round(side * 36 - 9, 18, colour));
            p.fill(box(side * 37 - 3, 5, 6, 20, 4), p.lighter(colour, 0.3));
        }
    }

    private static void jewelCase(Pen p) {
        Color c = p.bright();
        p.at(14, 2, 0, 0.75, () -> disc(p, 42));
        p.fill(box(-46, -34, 70, 68, 1), new Color(0x35, 0x35, 0x3a));
        p.fill(box(-39, -33, 62, 66, 0), p.down(-33, 33, c, p.darker(p.bright(), 0.4)));
        for (int i = 0; i < 5; i++) {
            p.fill(path(p.between(-39, 0), -30, p.between(-10, 23), p.between(-20, 10), p.between(-39, 23), 18),
                    new Color(255, 255, 255, 60));
        }
        p.word(p.any("AURORA", "FOREVER", "SIGNAL"), -8, 25, 6, Color.WHITE);
        p.fill(path(-39, -33, -10, -33, -34, 33, -39, 33), new Color(255, 255, 255, 45));
    }

    // ---- health

    private static void pillBottle(Pen p) {
        Color body = p.pick(new Color(0xd9, 0x74, 0x20), new Color(0xf4, 0xf4, 0xf4), new Color(0x2f, 0x6f, 0x4a));
        Color accent = p.bright();
        p.tube(-15, -44, 30, 16, 2, p.pick(Color.WHITE, accent));
        for (int i = 0; i < 9; i++) {
            p.line(new Line2D.Double(-13 + i * 3.25, -42, -13 + i * 3.25, -30), 0.5, new Color(0, 0, 0, 50));
        }
        p.tube(-20, -28, 40, 70, 6, body);
        p.fill(box(-20, -12, 40, 42, 0), p.round(-20, 40, new Color(0xfb, 0xfb, 0xf8)));
        p.fill(box(-20, -12, 40, 11, 0), p.round(-20, 40, accent));
        p.word(p.any("ZINC", "IRON", "VITA C", "OMEGA"), 0, -6.5, 5.5, p.against(accent));
        p.lines(-14, 6, 28, 5, new Color(0x88, 0x88, 0x88));
        if (p.chance(0.5)) {
            p.at(29, 38, p.between(0, 90), 0.8, () -> capsule(p, p.bright(), Color.WHITE));
        }
    }

    private static void capsule(Pen p, Color left, Color right) {
        p.fill(box(-9, -4, 18, 8, 8), p.down(-4, 4, p.lighter(right, 0.3), p.darker(right, 0.12)));
        Area half = new Area(box(-9, -4, 18, 8, 8));
        half.intersect(new Area(box(-9, -4, 9, 8, 0)));
        p.fill(half, p.down(-4, 4, p.lighter(left, 0.3), p.darker(left, 0.12)));
        p.fill(box(-6, -2.8, 12, 1.4, 1), new Color(255, 255, 255, 170));
    }

    private static void blister(Pen p) {
        int columns = 4 + p.random.nextInt(2);
        int rows = 2 + p.random.nextInt(2);
        Color pill = p.pick(Color.WHITE, p.bright(), p.soft());
        boolean oblong = p.chance(0.5);
        double w = columns * 17 + 4;
        double h = rows * 17 + 4;
        p.fill(box(-w / 2, -h / 2, w, h, 5),
                p.across(-w / 2, w / 2, new Color(0xd9, 0xdd, 0xe2), new Color(0xa4, 0xaa, 0xb3)));
        for (int i = 0; i < columns * rows; i++) {
            double x = -w / 2 + 10.5 + i % columns * 17;
            double y = -h / 2 + 10.5 + i / columns * 17;
            p.fill(circle(x, y, 7.6), new Color(255, 255, 255, 120));
            if (p.chance(0.9)) {
                p.fill(oblong ? box(x - 6, y - 3.4, 12, 6.8, 7) : circle(x, y, 5.4), p.ball(x - 1.5, y - 2, 9, pill));
            }
            p.fill(new Ellipse2D.Double(x - 4, y - 6, 5, 2.4), new Color(255, 255, 255, 190));
        }
    }

    private static void toothbrush(Pen p) {
        int count = 1 + p.random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Color colour = p.bright();
            p.at(0, (i - (count - 1) / 2.0) * 22, p.between(-4, 4), 1.05, () -> {
                p.fill(curve(-46, -4, -20, -7, 0, -1.6, 20, -2, 26, -2.2), colour);
                p.fill(path(-46, -3.6, 26, -2, 44, -3.4, 46, 0, 44, 2.6, 26, 2, -8, 3, -30, 5, -46, 3.6),
                        p.down(-5, 5, p.lighter(colour, 0.35), colour));
                p.fill(box(-38, -1.5, 24, 3, 3), new Color(255, 255, 255, 160));
                for (int k = 0; k < 8; k++) {
                    p.fill(box(26.5 + k * 2.3, -12, 1.8, 9.4, 0), k % 3 == 1 ? p.lighter(colour, 0.3)
                            : new Color(0xf4, 0xf6, 0xf8));
                    p.line(new Line2D.Double(28.6 + k * 2.3, -12, 28.6 + k * 2.3, -3), 0.3, new Color(0, 0, 0, 60));
                }
            });
        }
    }

    private static void thermometer(Pen p) {
        Color accent = p.bright();
        p.fill(path(-48, -1, -30, -2.5, -30, 2.5, -48, 1), new Color(0xb4, 0xb8, 0xbe));
        p.fill(path(-32, -4, -8, -9, 40, -9, 46, -5, 46, 5, 40, 9, -8, 9, -32, 4),
                p.down(-9, 9, Color.WHITE, new Color(0xd8, 0xdc, 0xe0)));
        p.line(path(-32, -4, -8, -9, 40, -9, 46, -5, 46, 5, 40, 9, -8, 9, -32, 4), 0.5, new Color(0xb8, 0xbc, 0xc2));
        p.fill(box(-4, -5.5, 24, 11, 2), new Color(0xb7, 0xc4, 0xb0));
        p.word(p.any("OK", "LO", "HI"), 8, 0, 6, new Color(0x22, 0x2a, 0x22));
        p.fill(circle(31, 0, 4.2), accent);
    }

    private static void plasters(Pen p) {
        Color skin = p.pick(new Color(0xe4, 0xb4, 0x8c), new Color(0xc6, 0x8e, 0x66), p.bright());
        int count = 2 + p.random.nextInt(2);
        for (int i = 0; i < count; i++) {
            p.at(0, (i - (count - 1) / 2.0) * 24, p.chance(0.3) ? 40 : p.between(-14, 14), 0.95, () -> {
                p.fill(box(-44, -9, 88, 18, 18), p.down(-9, 9, p.lighter(skin, 0.25), skin));
                p.fill(box(-14, -9, 28, 18, 0), p.lighter(skin, 0.45));
                for (int k = 0; k < 24; k++) {
                    double x = (k % 2 == 0 ? -1 : 1) * (19 + k / 6 * 5);
                    p.fill(circle(x, -5 + k / 2 % 3 * 5, 0.8), p.darker(skin, 0.3));
                }
            });
        }
    }

    private static void capsules(Pen p) {
        Color left = p.bright();
        Color right = p.pick(Color.WHITE, p.bright(), p.soft());
        int count = 5 + p.random.nextInt(9);
        boolean round = p.chance(0.35);
        for (int i = 0; i < count; i++) {
            double x = p.between(-32, 32);
            double y = p.between(-32, 32);
            p.at(x, y, p.between(0, 180), p.between(1.05, 1.35), () -> {
                if (round) {
                    p.fill(circle(0, 0.8, 7), p.darker(right, 0.25));
                    p.fill(circle(0, 0, 7), p.ball(-2, -3, 13, right));
                    p.line(new Line2D.Double(-4, 0, 4, 0), 0.7, p.darker(right, 0.2));
                } else {
                    capsule(p, left, right);
                }
            });
        }
    }

    private static void massageRoller(Pen p) {
        Color colour = p.bright();
        if (p.chance(0.5)) {
            p.tube(-3, -6, 6, 52, 4, p.pick(new Color(0xc9, 0x96, 0x5a), new Color(0x33, 0x33, 0x36)));
            p.at(0, -20, 0, 1, () -> {
                p.fill(box(-26, -14, 52, 28, 12), p.down(-14, 14, p.lighter(colour, 0.4), p.darker(colour, 0.2)));
                for (int i = 0; i < 21; i++) {
                    p.fill(circle(-21 + i % 7 * 7, -8 + i / 7 * 8, 2.3), p.darker(colour, 0.25));
                }
            });
        } else {
            p.fill(circle(0, 0, 34), p.ball(-12, -14, 56, colour));
            for (int ring = 1; ring <= 3; ring++) {
                for (int i = 0; i < ring * 7; i++) {
                    double turn = i * 2 * Math.PI / (ring * 7) + ring;
                    double x = Math.cos(turn) * ring * 10.5;
                    double y = Math.sin(turn) * ring * 10.5;
                    p.fill(circle(x, y, 3.4), p.ball(x - 1, y - 1.4, 5.5, p.lighter(colour, 0.15)));
                }
            }
        }
    }

    private static void supplementTub(Pen p) {
        Color body = p.pick(new Color(0x1e, 0x1e, 0x22), Color.WHITE, p.bright());
        Color accent = p.bright();
        p.tube(-29, -44, 58, 18, 3, p.pick(new Color(0x22, 0x22, 0x24), accent));
        p.tube(-32, -27, 64, 70, 5, body);
        p.fill(box(-32, -14, 64, 46, 0), p.round(-32, 64, accent));
        p.fill(box(-32, 14, 64, 12, 0), p.round(-32, 64, p.darker(accent, 0.35)));
        p.word(p.any("WHEY", "MASS", "BCAA", "OATS"), 0, 0, 13, p.against(accent));
        p.word("PROTEIN", 0, 20, 5, Color.WHITE);
    }

    private static void syrup(Pen p) {
        Color glass = p.pick(new Color(0x7a, 0x3c, 0x14), new Color(0x3c, 0x52, 0x20), new Color(0x8c, 0x1c, 0x2c));
        p.tube(-9, -46, 18, 14, 2, Color.WHITE);
        p.fill(curve(-9, -33, -10, -24, -20, -22, -20, -10, -20, 6), p.round(-20, 40, glass));
        p.fill(path(-9, -33, 9, -33, 10, -24, 20, -14, 20, 43, -20, 43, -20, -14, -10, -24), p.round(-20, 40, glass));
        Color accent = p.bright();
        p.fill(box(-20, -8, 40, 42, 0), p.round(-20, 40, new Color(0xfa, 0xf8, 0xee)));
        p.fill(box(-20, 22, 40, 12, 0), p.round(-20, 40, accent));
        p.word(p.any("COUGH", "RELIEF", "HONEY"), 0, 0, 6, new Color(0x33, 0x33, 0x40));
        p.lines(-13, 8, 26, 3, new Color(0x99, 0x99, 0x99));
    }

    private static void firstAid(Pen p) {
        Color c = p.pick(new Color(0xd2, 0x22, 0x2a), new Color(0xf4, 0xf4, 0xf4), new Color(0x1f, 0x8a, 0x55));
        Color cross = c.getRed() > 240 ? new Color(0xd2, 0x22, 0x2a) : Color.WHITE;
        p.line(box(-14, -36, 28, 22, 9), 5, p.darker(c, 0.35));
        p.fill(box(-42, -25, 84, 60, 9), p.down(-25, 35, p.lighter(c, 0.2), p.darker(c, 0.12)));
        p.line(new Line2D.Double(-42, -8, 42, -8), 0.8, p.darker(c, 0.35));
        p.fill(circle(0, 6, 18), p.darker(c, 0.08));
        p.fill(box(-4.5, -8, 9, 28, 1), cross);
        p.fill(box(-14, 1.5, 28, 9, 1), cross);
    }

    private static void medicineBox(Pen p) {
        Color accent = p.bright();
        p.fill(path(-40, -22, -30, -32, 46, -32, 36, -22), new Color(0xff, 0xff, 0xff));
        p.fill(path(36, -22, 46, -32, 46, 18, 36, 30), new Color(0xc4, 0xc8, 0xce));
        p.fill(box(-40, -22, 76, 52, 0), p.down(-22, 30, Color.WHITE, new Color(0xe8, 0xea, 0xee)));
        p.line(path(-40, -22, -30, -32, 46, -32, 46, 18, 36, 30, -40, 30), 0.4, new Color(0xb0, 0xb4, 0xba));
        p.fill(path(-40, 10, 36, -2, 36, 30, -40, 30), accent);
        p.word(p.any("RELIEF", "ASPIR", "ALLERGO"), -4, -10, 8, p.darker(accent, 0.3));
        p.lines(-34, 0, 34, 2, new Color(0xaa, 0xaa, 0xaa));
        p.word("TABLETS", -10, 22, 4.5, p.against(accent));
    }

    // ---- shapes, in a square from -50 to 50

    private static Shape box(double x, double y, double width, double height, double round) {
        return round == 0
                ? new Rectangle2D.Double(x, y, width, height)
                : new RoundRectangle2D.Double(x, y, width, height, round, round);
    }

    private static Shape circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Path2D path(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }

    /** Two quadratic arcs through the first, third and fifth point, drawn towards the others. */
    private static Path2D curve(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        path.quadTo(xy[2], xy[3], xy[4], xy[5]);
        path.quadTo(xy[6], xy[7], xy[8], xy[9]);
        path.closePath();
        return path;
    }

    // ---- an image: background, shadow, object, light

    private static BufferedImage image(Map.Entry<String, Consumer<Pen>> item, long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        boolean isCover = item.getKey().startsWith("album");
        boolean fills = isCover && random.nextInt(10) < 8;
        int width = 168 + random.nextInt(7) * 8;
        int height = isCover ? width : 168 + random.nextInt(7) * 8;
        double unit = Math.min(width, height) * FINE / 100.0;
        BufferedImage layer = new BufferedImage(width * FINE, height * FINE, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = smooth(layer);
        graphics.translate(layer.getWidth() / 2.0, layer.getHeight() / 2.0);
        double scale = fills ? 1.001 : 0.72 + 0.22 * random.nextDouble();
        double turn = fills ? 0 : random.nextGaussian() * (isCover ? 6 : random.nextInt(4) == 0 ? 45 : 13);
        graphics.scale(unit * scale, unit * scale);
        graphics.rotate(Math.toRadians(turn));
        if (isCover) {
            graphics.clip(box(-50, -50, 100, 100, 0));
        }
        item.getValue().accept(new Pen(graphics, random));
        graphics.dispose();

        BufferedImage scene = new BufferedImage(layer.getWidth(), layer.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D on = smooth(scene);
        background(on, scene.getWidth(), scene.getHeight(), random);
        if (!fills) {
            BufferedImage shadow = shadow(layer, (int) (unit * (1 + 2 * random.nextDouble())));
            on.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.25f + 0.3f * random.nextFloat()));
            on.drawImage(shadow, (int) (unit * (random.nextDouble() * 6 - 3)), (int) (unit * 2.4), null);
            on.setComposite(AlphaComposite.SrcOver);
        }
        on.drawImage(layer, 0, 0, null);
        int dim = fills ? 14 : 38;
        on.setPaint(new GradientPaint(0, 0, new Color(255, 255, 255, random.nextInt(dim)), scene.getWidth(),
                scene.getHeight(), new Color(0, 0, 0, random.nextInt(dim))));
        on.fillRect(0, 0, scene.getWidth(), scene.getHeight());
        on.dispose();
        return reduced(scene);
    }

    private static void background(Graphics2D on, int width, int height, Random random) {
        Color tint = Color.getHSBColor(random.nextFloat(), 0.04f + 0.11f * random.nextFloat(), 0.97f);
        int kind = random.nextInt(10);
        on.setPaint(kind < 5 ? Color.WHITE : tint);
        on.fillRect(0, 0, width, height);
        if (kind == 3 || kind == 4 || kind > 6) {
            on.setPaint(new RadialGradientPaint(width * 0.5f, height * 0.45f, Math.max(width, height) * 0.75f,
                    new float[] {0, 1}, new Color[] {new Color(255, 255, 255, 200), new Color(90, 90, 105, 70)}));
            on.fillRect(0, 0, width, height);
        }
        if (kind == 9) {
            on.setPaint(new GradientPaint(0, height * 0.7f, new Color(150, 130, 110, 120), 0, height,
                    new Color(190, 170, 150, 60)));
            on.fillRect(0, (int) (height * 0.7), width, height);
        }
    }

    private static Graphics2D smooth(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }

    /** The outline in black, blurred by three passes of a box in each direction. */
    private static BufferedImage shadow(BufferedImage layer, int radius) {
        int width = layer.getWidth();
        int height = layer.getHeight();
        int[] alpha = layer.getRGB(0, 0, width, height, null, 0, width);
        for (int i = 0; i < alpha.length; i++) {
            alpha[i] >>>= 24;
        }
        for (int pass = 0; pass < 3; pass++) {
            for (int y = 0; y < height; y++) {
                blur(alpha, y * width, 1, width, radius);
            }
            for (int x = 0; x < width; x++) {
                blur(alpha, x, width, height, radius);
            }
        }
        for (int i = 0; i < alpha.length; i++) {
            alpha[i] <<= 24;
        }
        BufferedImage blurred = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        blurred.setRGB(0, 0, width, height, alpha, 0, width);
        return blurred;
    }

    private static void blur(int[] values, int start, int step, int length, int radius) {
        long[] sums = new long[length + 1];
        for (int i = 0; i < length; i++) {
            sums[i + 1] = sums[i] + values[start + i * step];
        }
        for (int i = 0; i < length; i++) {
            long sum = sums[Math.min(length, i + radius + 1)] - sums[Math.max(0, i - radius)];
            values[start + i * step] = (int) (sum / (2L * radius + 1));
        }
    }

    private static BufferedImage reduced(BufferedImage fine) {
        BufferedImage image = new BufferedImage(
                fine.getWidth() / FINE, fine.getHeight() / FINE, BufferedImage.TYPE_INT_RGB);
        int[] from = fine.getRGB(0, 0, fine.getWidth(), fine.getHeight(), null, 0, fine.getWidth());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int r = 0;
                int g = 0;
                int b = 0;
                for (int k = 0; k < FINE * FINE; k++) {
                    int rgb = from[(y * FINE + k / FINE) * fine.getWidth() + x * FINE + k % FINE];
                    r += rgb >> 16 & 0xff;
                    g += rgb >> 8 & 0xff;
                    b += rgb & 0xff;
                }
                int n = FINE * FINE;
                image.setRGB(x, y, r / n << 16 | g / n << 8 | b / n);
            }
        }
        return image;
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        for (float quality = 0.88f; ; quality -= 0.06f) {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
                writer.setOutput(out);
                writer.write(null, new IIOImage(image, null, null), how);
            } finally {
                writer.dispose();
            }
            if (bytes.size() <= MAX_BYTES || quality < 0.5f) {
                return bytes.toByteArray();
            }
        }
    }

    /** Draws in a square from -50 to 50, with chances of its own. */
    private record Pen(Graphics2D graphics, Random random) {
        double between(double low, double high) {
            return low + random.nextDouble() * (high - low);
        }

        boolean chance(double probability) {
            return random.nextDouble() < probability;
        }

        Color pick(Color... colours) {
            return colours[random.nextInt(colours.length)];
        }

        String any(String... texts) {
            return texts[random.nextInt(texts.length)];
        }

        Color bright() {
            return Color.getHSBColor(random.nextFloat(), (float) between(0.55, 0.95), (float) between(0.55, 0.95));
        }

        Color soft() {
            return Color.getHSBColor(random.nextFloat(), (float) between(0.12, 0.4), (float) between(0.85, 0.98));
        }

        Color gold() {
            return new Color(0xcf, 0xa8, 0x5c);
        }

        Color lighter(Color c, double share) {
            return mix(c, Color.WHITE, share);
        }

        Color darker(Color c, double share) {
            return mix(c, Color.BLACK, share);
        }

        private static Color mix(Color a, Color b, double share) {
            return new Color(
                    (int) (a.getRed() + (b.getRed() - a.getRed()) * share),
                    (int) (a.getGreen() + (b.getGreen() - a.getGreen()) * share),
                    (int) (a.getBlue() + (b.getBlue() - a.getBlue()) * share));
        }

        /** An ink that can be read on the colour. */
        Color against(Color c) {
            return c.getRed() * 3 + c.getGreen() * 6 + c.getBlue() > 1400
                    ? new Color(0x30, 0x2c, 0x30)
                    : new Color(0xfa, 0xf6, 0xee);
        }

        void fill(Shape shape, Paint paint) {
            graphics.setPaint(paint);
            graphics.fill(shape);
        }

        void line(Shape shape, double width, Color colour) {
            graphics.setPaint(colour);
            graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(shape);
        }

        /** Draws something elsewhere, turned (degrees) and scaled. */
        void at(double x, double y, double turn, double scale, Runnable drawing) {
            AffineTransform before = graphics.getTransform();
            graphics.translate(x, y);
            graphics.rotate(Math.toRadians(turn));
            graphics.scale(scale, scale);
            drawing.run();
            graphics.setTransform(before);
        }

        void tube(double x, double y, double width, double height, double round, Color colour) {
            fill(box(x, y, width, height, round), round(x, width, colour));
        }

        /** The light on an upright cylinder. */
        Paint round(double x, double width, Color c) {
            return new LinearGradientPaint((float) x, 0, (float) (x + width), 0, new float[] {0, 0.22f, 0.34f, 0.7f, 1},
                    new Color[] {darker(c, 0.3), lighter(c, 0.12), lighter(c, 0.5), c, darker(c, 0.38)});
        }

        Paint down(double top, double bottom, Color from, Color to) {
            return new GradientPaint(0, (float) top, from, 0, (float) bottom, to);
        }

        Paint across(double left, double right, Color from, Color to) {
            return new GradientPaint((float) left, 0, from, (float) right, 0, to);
        }

        Paint ball(double x, double y, double radius, Color c) {
            return new RadialGradientPaint((float) x, (float) y, (float) radius, new float[] {0, 0.5f, 1},
                    new Color[] {lighter(c, 0.45), c, darker(c, 0.35)});
        }

        void cover(Color from, Color to) {
            fill(box(-50, -50, 100, 100, 0), down(-50, 50, from, to));
        }

        /** Lines that stand for small print. */
        void lines(double x, double y, double width, int count, Color colour) {
            for (int i = 0; i < count; i++) {
                line(new Line2D.Double(x, y + i * 3.4, x + width * between(0.55, 1), y + i * 3.4), 0.9, colour);
            }
        }

        /** A word about a centre; letters have two thirds of their height as width. */
        void word(String text, double x, double y, double height, Color colour) {
            double unit = height / 6;
            double left = x - (text.length() * 6 - 2) * unit / 2;
            for (int i = 0; i < text.length(); i++) {
                for (String stroke : LETTERS.getOrDefault(text.charAt(i), "").split(" ")) {
                    Path2D line = new Path2D.Double();
                    for (int k = 0; k + 1 < stroke.length(); k += 2) {
                        double px = left + (i * 6 + stroke.charAt(k) - '0') * unit;
                        double py = y + (stroke.charAt(k + 1) - '0' - 3) * unit;
                        if (k == 0) {
                            line.moveTo(px, py);
                        } else {
                            line.lineTo(px, py);
                        }
                    }
                    line(line, height / 7, colour);
                }
            }
        }
    }
}
