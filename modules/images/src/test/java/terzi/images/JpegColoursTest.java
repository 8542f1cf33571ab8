package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The colours of JPEGs whose markers and component names say different things, against PIL and its libjpeg. */
class JpegColoursTest {

    /** What PIL reads; made by benchmarks/peers/jpeg_colours.py, which makes the same variants. */
    private record Expected(String base, String markers, String means, String names) {}

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = JpegColoursTest.class.getResourceAsStream("jpeg-colours/" + name)) {
            return stream.readAllBytes();
        }
    }

    private static List<Expected> expected() throws IOException {
        List<Expected> all = new ArrayList<>();
        for (String line : new String(resource("expected.tsv"), StandardCharsets.US_ASCII)
                .lines()
                .toList()) {
            String[] f = line.split("\t", -1);
            for (String names : f[3].split(" ", -1)) {
                all.add(new Expected(f[0], f[1], f[2], names));
            }
        }
        return all;
    }

    @Test
    void coloursAreLibjpegsForAllMarkersAndComponentNames() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<Expected> all = expected();
        for (Expected one : all) {
            byte[] jpeg = variant(resource(one.base() + ".jpg"), one.markers(), one.names());
            String found;
            try {
                found = means(ImageDecoder.read(jpeg, one.base()).withChannels(3));
            } catch (ImageException e) {
                found = "refused";
            }
            if (distance(one.means(), found) > 2) {
                wrong.add(one + ": found " + found);
            }
        }
        assertEquals(950, all.size());
        assertTrue(wrong.isEmpty(), wrong.size() + " are wrong:\n" + String.join("\n", wrong));
    }

    private static int distance(String expected, String found) {
        if (expected.equals("refused") || found.equals("refused")) {
            return expected.equals(found) ? 0 : 255;
        }
        byte[] a = HexFormat.of().parseHex(expected);
        byte[] b = HexFormat.of().parseHex(found);
        int worst = 0;
        for (int i = 0; i < a.length; i++) {
            worst = Math.max(worst, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
        }
        return worst;
    }

    /** Mean red, green and blue of the four quarters in hexadecimal. */
    private static String means(Image image) {
        byte[] means = new byte[12];
        int half = image.width() / 2;
        for (int i = 0; i < means.length; i++) {
            int left = i / 3 % 2 * half;
            int top = i / 6 * half;
            int sum = 0;
            for (int p = 0; p < half * half; p++) {
                sum += image.sample(left + p % half, top + p / half, i % 3);
            }
            means[i] = (byte) Math.round(sum / (float) (half * half));
        }
        return HexFormat.of().formatHex(means);
    }

    private static byte[] variant(byte[] jpeg, String markers, String names) {
        byte[] components = new byte[names.split(",", -1).length];
        for (int i = 0; i < components.length; i++) {
            components[i] = (byte) Integer.parseInt(names.split(",", -1)[i]);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        for (String marker : markers.split("\\+", -1)) {
            out.writeBytes(segment(marker));
        }
        byte[] rest = Arrays.copyOfRange(jpeg, 2, jpeg.length);
        byte[] old = new byte[components.length];
        for (int at = 0; at + 3 < rest.length; ) {
            int marker = rest[at + 1] & 0xff;
            for (int i = 0; i < components.length && (marker == 0xc0 || marker == 0xc2); i++) {
                old[i] = rest[at + 10 + 3 * i];
                rest[at + 10 + 3 * i] = components[i];
            }
            for (int i = 0; marker == 0xda && i < rest[at + 4]; i++) {
                int component = 0;
                while (old[component] != rest[at + 5 + 2 * i]) {
                    component++;
                }
                rest[at + 5 + 2 * i] = components[component];
            }
            at += 2 + ((rest[at + 2] & 0xff) << 8 | (rest[at + 3] & 0xff));
            while (marker == 0xda && !(rest[at] == (byte) 0xff && rest[at + 1] != 0 && (rest[at + 1] & 0xf8) != 0xd0)) {
                at++;
            }
        }
        out.writeBytes(rest);
        return out.toByteArray();
    }

    private static byte[] segment(String marker) {
        HexFormat hex = HexFormat.of();
        if (marker.startsWith("adobe")) {
            return hex.parseHex("ffee000e41646f62650064000000000" + marker.substring(5));
        }
        return hex.parseHex(
                switch (marker) {
                    case "jfif" -> "ffe000104a46494600010100000100010000";
                    case "short-jfif" -> "ffe000094a464946000101";
                    case "exif" -> "ffe1001645786966000049492a0008000000000000000000";
                    default -> "";
                });
    }
}
