package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShotTest {
    private static final int MAKE = 0x010f;
    private static final int MODEL = 0x0110;
    private static final int EXIF_IFD = 0x8769;
    private static final int DATE_TIME_ORIGINAL = 0x9003;

    @TempDir
    private Path folder;

    /** Little-endian TIFF (section 2 of TIFF 6.0): two directories, each entry 12 bytes, texts behind them. */
    private static byte[] tiff(String make, String model, String taken) {
        ByteBuffer tiff = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        tiff.put("II".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
        int second = 8 + 2 + 3 * 12 + 4;
        int texts = second + 2 + 12 + 4;
        tiff.putShort((short) 3);
        entry(tiff, MAKE, make, texts);
        entry(tiff, MODEL, model, texts + 100);
        tiff.putShort((short) EXIF_IFD).putShort((short) 4).putInt(1).putInt(second);
        tiff.putInt(0);
        tiff.putShort((short) 1);
        entry(tiff, DATE_TIME_ORIGINAL, taken, texts + 200);
        tiff.putInt(0);
        put(tiff, texts, make);
        put(tiff, texts + 100, model);
        put(tiff, texts + 200, taken);
        return tiff.array();
    }

    private static void entry(ByteBuffer tiff, int tag, String text, int at) {
        tiff.putShort((short) tag).putShort((short) 2).putInt(text.length() + 1).putInt(at);
    }

    private static void put(ByteBuffer tiff, int at, String text) {
        tiff.position(at);
        tiff.put(text.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }

    /** A JPEG with EXIF data in an APP1 segment behind its first marker. */
    private Path jpeg(byte[] tiff) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR), "jpeg", plain);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(plain.toByteArray(), 0, 2);
        if (tiff.length > 0) {
            int size = 2 + 6 + tiff.length;
            bytes.write(new byte[] {(byte) 0xff, (byte) 0xe1, (byte) (size >> 8), (byte) size});
            bytes.write("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
            bytes.write(tiff);
        }
        bytes.write(plain.toByteArray(), 2, plain.size() - 2);
        return Files.write(folder.resolve("photo.jpg"), bytes.toByteArray());
    }

    private Optional<Shot> shot(byte[] tiff) throws IOException {
        return Shot.of(jpeg(tiff), ImageDecoder.Limits.DEFAULT);
    }

    @Test
    void cameraAndDayAreReadFromExif() throws IOException {
        assertEquals(
                Optional.of(new Shot("Canon EOS 80D", LocalDate.of(2021, 12, 31))),
                shot(tiff("Canon", "EOS 80D", "2021:12:31 23:59:58")));
        assertEquals(
                Optional.of(new Shot("Pentax", LocalDate.of(2020, 2, 29))),
                shot(tiff("Pentax", "Pentax", "2020:02:29 00:00:00")),
                "make and model in one word");
    }

    @Test
    void photosWithoutARealDateHaveNoShot() throws IOException {
        for (String taken :
                new String[] {"0000:00:00 00:00:00", "2021:02:29 10:00:00", "yesterday", "    :  :     :  :  "}) {
            assertEquals(Optional.empty(), shot(tiff("Canon", "EOS 80D", taken)), taken);
        }
        assertEquals(Optional.empty(), shot(new byte[0]));
        byte[] damaged = Arrays.copyOf(tiff("Canon", "EOS 80D", "2021:12:31 23:59:58"), 30);
        assertEquals(Optional.empty(), shot(damaged));
    }

    @Test
    void whatIsNotAnImageIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("photo.txt"), "not an image");
        assertThrows(ImageException.class, () -> Shot.of(text, ImageDecoder.Limits.DEFAULT));
    }
}
