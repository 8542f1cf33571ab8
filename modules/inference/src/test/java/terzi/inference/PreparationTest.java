package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import terzi.images.Image;
import terzi.images.Preprocessing;

/** How many bytes an image takes in the input of a network, and what may run beside it. */
class PreparationTest {
    private static final Image WIDE = new Image(5, 3, 3, new byte[45]);

    @Test
    void aClassifierFileTakesThePixelsAsTheyAre() {
        Preparation pixels = new Preparation.Pixels(3);
        assertEquals(45, pixels.bytes(WIDE));
        assertArrayEquals(new long[] {2, 3, 5, 3}, pixels.shape(2, WIDE));
        assertTrue(pixels.mayRunTogether(WIDE, new Image(5, 3, 1, new byte[15])));
        assertFalse(pixels.mayRunTogether(WIDE, new Image(3, 5, 3, new byte[45])));
        assertFalse(pixels.mayRunTogether(WIDE, new Image(5, 4, 3, new byte[60])));
        assertFalse(pixels.mayRunTogether(WIDE, new Image(4, 3, 3, new byte[36])));
    }

    @Test
    void anotherNetworkTakesFloatsOfItsOwnSize() {
        Preparation tensor = new Preparation.Tensor(Preprocessing.plain(8, 6, Preprocessing.Channels.RGB));
        assertEquals(4 * 3 * 8 * 6, tensor.bytes(WIDE));
        assertArrayEquals(new long[] {7, 3, 6, 8}, tensor.shape(7, WIDE));
        ByteBuffer target = ByteBuffer.allocate(2 * 4 * 3 * 8 * 6).order(ByteOrder.nativeOrder());
        tensor.write(WIDE, target);
        assertEquals(4 * 3 * 8 * 6, target.position(), "the next image begins behind it");
        Preparation gray = new Preparation.Tensor(Preprocessing.plain(8, 6, Preprocessing.Channels.GRAY));
        assertEquals(4 * 8 * 6, gray.bytes(WIDE));
    }
}
