package terzi.images;

import com.drew.metadata.Directory;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The camera and the day of a photo, from its EXIF data (tags Make, Model and DateTimeOriginal).
 *
 * @param camera make and model; empty if the file names neither
 * @param day date on which the photo was taken, by the camera's clock
 */
public record Shot(String camera, LocalDate day) {
    /**
     * {@return the shot of an image file; empty if it names no date, or one that does not exist}
     *
     * @param path image file
     * @param limits most that the image may cost; pixels are not decoded
     * @throws ImageException if it is missing, too large or not a readable image
     * @throws IOException if the disk fails
     */
    public static Optional<Shot> of(Path path, ImageDecoder.Limits limits) throws IOException {
        byte[] bytes = ImageDecoder.bytes(path, limits);
        return of(ImageDecoder.inspect(bytes, path.toString(), limits).exif());
    }

    static Optional<Shot> of(byte[] exif) {
        Optional<String> taken = Exif.directories(exif, ExifSubIFDDirectory.class)
                .flatMap(directory -> text(directory, ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL))
                .findFirst();
        String camera = Exif.directories(exif, ExifIFD0Directory.class)
                .flatMap(directory -> Stream.of(ExifIFD0Directory.TAG_MAKE, ExifIFD0Directory.TAG_MODEL)
                        .flatMap(tag -> text(directory, tag)))
                .distinct()
                .collect(Collectors.joining(" "));
        return taken.flatMap(Shot::day).map(day -> new Shot(camera, day));
    }

    private static Stream<String> text(Directory directory, int tag) {
        return Stream.of(
                        Objects.requireNonNullElse(directory.getString(tag), "").strip())
                .filter(text -> !text.isEmpty());
    }

    /** The date in {@code 2024:01:31 12:00:00}; cameras whose clock was never set write zeros. */
    private static Optional<LocalDate> day(String taken) {
        String[] parts = taken.split("[: ]", 4);
        try {
            return parts.length < 3
                    ? Optional.empty()
                    : Optional.of(LocalDate.of(
                            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
