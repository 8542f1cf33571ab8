package terzi.images;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifReader;
import java.util.stream.Stream;

/** The directories of EXIF data. */
final class Exif {
    private Exif() {}

    /**
     * The directories of a kind; none if there are none, or if the data is damaged, which does not make an image unreadable.
     *
     * @param exif TIFF structure, or nothing
     */
    static <D extends Directory> Stream<D> directories(byte[] exif, Class<D> kind) {
        if (exif.length == 0) {
            return Stream.empty();
        }
        try {
            Metadata metadata = new Metadata();
            new ExifReader().extract(new ByteArrayReader(exif), metadata);
            return metadata.getDirectoriesOfType(kind).stream();
        } catch (RuntimeException e) {
            return Stream.empty();
        }
    }
}
